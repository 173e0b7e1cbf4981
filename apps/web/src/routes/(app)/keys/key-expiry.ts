import type { ApiKey } from '@aigc/shared/schemas/keys';

const SOON_MS = 14 * 86_400_000;

/** Whether a key has ended, or will within two weeks. */
export function expiryState(key: Pick<ApiKey, 'expires_at'>, now: Date): 'expired' | 'soon' | 'later' {
  if (key.expires_at === null) return 'later';
  const leftMs = new Date(key.expires_at).getTime() - now.getTime();
  if (leftMs <= 0) return 'expired';
  return leftMs <= SOON_MS ? 'soon' : 'later';
}

/** Keys that end soon first, the soonest of them on top; the others as they came. */
export function soonestFirst(keys: readonly ApiKey[], now: Date): ApiKey[] {
  const ending = (key: ApiKey): number =>
    expiryState(key, now) === 'soon' && key.expires_at !== null
      ? new Date(key.expires_at).getTime()
      : Number.MAX_SAFE_INTEGER;
  return keys.toSorted((a, b) => ending(a) - ending(b));
}
