import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { User } from '@aigc/db/entities/user';
import { AppError } from '@aigc/shared/errors';
import { refusal } from '@aigc/shared/refusals';
import { platformKeyKind } from '@aigc/shared/platform-key';
import { SYSTEM_ACTOR, type Actor } from '../actor.ts';
import { storeKey } from '../api-keys/store-key.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { hashPassword } from '../sessions/password-hash.ts';
import { readSetting, readSettings, writeSetting } from '../settings/settings.ts';
import { loadUserIdentity } from '../users/user-identity.ts';
import { createFirstAdministrator } from './create-first-administrator.ts';

/** Set-up without a browser, from the environment. Every start calls these; each takes effect once. */

export interface InitAdmin {
  email: string;
  password: string;
}

/** Makes the administrator unless set-up is done: a password changed later stays changed. True if made now. */
export async function provisionAdministrator(deps: Deps, { email, password }: InitAdmin): Promise<boolean> {
  if ((await readSettings(deps.em)).isInstalled) return false;
  const passwordHash = await hashPassword(password);
  const name = email.split('@', 1)[0] || email;
  try {
    await deps.em.transactional((em) =>
      createFirstAdministrator(em, SYSTEM_ACTOR, { name, email, passwordHash, locale: null }),
    );
    return true;
  } catch (error) {
    // Another process that starts at the same moment was first.
    if (error instanceof AppError && error.code === 'already_set_up') return false;
    throw error;
  }
}

export type ProvisionedKey = 'created' | 'present' | 'disabled' | 'deleted' | 'no_administrator';

const INIT_KEY_NAME = 'INIT_API_KEY';

/**
 * Makes exactly this key for the administrator (the one of this address, else the first). A key that somebody has
 * disabled or deleted since is left as it is.
 */
export async function provisionApiKey(
  deps: Deps,
  input: { key: string; adminEmail: string | null },
  actor: Actor = SYSTEM_ACTOR,
): Promise<ProvisionedKey> {
  const kind = platformKeyKind(input.key);
  if (kind === undefined) throw refusal('malformed_key', {});
  const hashes = deps.secrets.keyHashes(input.key).map(({ hash }) => hash);
  return deps.em.transactional(async (em) => {
    // Processes that start together make it once.
    await em.execute("select pg_advisory_xact_lock(hashtextextended('aigc-init-api-key', 0))");
    const found = await em.findOne(PlatformApiKey, { apiKey: { $in: hashes } });
    if (found !== null) return found.status === 'active' ? 'present' : 'disabled';
    const made = (await readSetting(em, 'init_api_keys')) ?? [];
    if (made.some((hash) => hashes.includes(hash))) return 'deleted';
    const owner = await findOwner({ ...deps, em }, input.adminEmail);
    if (owner === null) return 'no_administrator';
    const { id, apiKey, apiKeyPrefix } = await storeKey(em, deps.secrets, {
      userId: owner.id,
      projectId: owner.project.id,
      name: INIT_KEY_NAME,
      kind,
      key: input.key,
    });
    await writeSetting(em, 'init_api_keys', [...made, apiKey]);
    await recordAudit(em, actor, {
      action: 'api_key.create',
      targetType: 'api_key',
      targetId: id,
      after: { name: INIT_KEY_NAME, kind, api_key_prefix: apiKeyPrefix },
    });
    return 'created';
  });
}

async function findOwner({ em }: Deps, adminEmail: string | null) {
  const named = adminEmail === null ? null : await em.findOne(User, { email: adminEmail, status: 'active' });
  const owner =
    named ??
    (await em.findOne(
      User,
      { role: 'admin', status: 'active' },
      { orderBy: { createdAt: 'asc', id: 'asc' } },
    ));
  return owner === null ? null : loadUserIdentity(em, owner.id);
}
