import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { refusal } from '@aigc/shared/refusals';
import { platformKeyKind } from '@aigc/shared/platform-key';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import type { KeyHash } from '../secrets/secrets.ts';
import { loadUserIdentity, toUserActor, type UserIdentity } from '../users/user-identity.ts';
import { includesAddress, toAddressList } from './address-list.ts';

/** How often `last_used_at` is written at most. */
const TOUCH_EVERY_MS = 60_000;

/** Who a management key (`mk-aigc-…`) speaks for: never more than its owner may. Throws with the reason. */
export async function authenticateManagementKey(
  deps: Deps,
  { key, ip }: { key: string; ip: string | null },
): Promise<{ actor: UserActor; user: UserIdentity }> {
  const kind = platformKeyKind(key);
  const found = kind && (await findByKey(deps, key));
  if (!found) throw refusal('wrong_key', {});
  if (found.status !== 'active') throw refusal('disabled_key', {});
  if (found.kind !== 'management') {
    throw refusal('not_a_management_key', {});
  }
  requireValidNow(found, deps.secrets.keyHashes(key));
  requireAllowedAddress(found, ip);
  const user = await loadUserIdentity(deps.em, found.user);
  if (user === null) throw refusal('key_owner_deactivated', {});
  if (Date.now() - (found.lastUsedAt?.getTime() ?? 0) > TOUCH_EVERY_MS) {
    await deps.em.nativeUpdate(PlatformApiKey, { id: found.id }, { lastUsedAt: new Date() });
  }
  return { actor: toUserActor(user, { kind: 'management_key', ip }), user };
}

async function findByKey(deps: Deps, key: string): Promise<PlatformApiKey | null> {
  const hashes = deps.secrets.keyHashes(key).map(({ hash }) => hash);
  return deps.em.findOne(PlatformApiKey, {
    $or: [{ apiKey: { $in: hashes } }, { previousApiKey: { $in: hashes } }],
  });
}

/** Before its expiry; the text before a rotation only as long as that allows. */
function requireValidNow(found: PlatformApiKey, hashes: readonly KeyHash[]): void {
  const isCurrent = hashes.some(({ hash }) => hash === found.apiKey);
  const ends = [found.expiresAt, isCurrent ? null : found.previousValidUntil];
  if (ends.some((end) => end !== null && end !== undefined && end.getTime() <= Date.now())) {
    throw refusal('expired_key', {});
  }
}

function requireAllowedAddress({ allowedIps }: PlatformApiKey, ip: string | null): void {
  if (allowedIps === null || allowedIps === undefined) return;
  if (includesAddress(toAddressList(allowedIps), ip)) return;
  throw refusal('key_elsewhere', {});
}
