import { ownKeyBinding } from '../own-keys/own-key-binding.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { OwnKeyRow } from './rows.ts';
import { SealedSecret } from './sealed-secret.ts';
import type { OwnKeyEntry } from './snapshot.ts';

/** Also of keys that have changed since, for calls that still run with them. */
const secretOf = new WeakMap<OwnKeyEntry, SealedSecret>();

/** A user's own keys by provider; null if there are none, so that most users cost nothing. */
export function toOwnKeys(
  userId: string,
  rows: readonly OwnKeyRow[] | null,
): ReadonlyMap<number, OwnKeyEntry> | null {
  if (rows === null || rows.length === 0) return null;
  return new Map(rows.map((row) => [row.provider_id, toEntry(userId, row)]));
}

function toEntry(userId: string, { id, provider_id: providerId, api_key, origin }: OwnKeyRow): OwnKeyEntry {
  const entry = Object.freeze({ id, providerId, origin });
  secretOf.set(entry, new SealedSecret(api_key, () => ownKeyBinding({ id, userId, origin })));
  return entry;
}

/** @throws Error when it cannot be opened: see `Secrets.open` */
export function openOwnKey(key: OwnKeyEntry, secrets: Secrets): string {
  const opened = secretOf.get(key)?.open(secrets) ?? null;
  if (opened === null) throw new Error(`own key ${key.id} is unknown`);
  return opened;
}
