import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { refusal } from '@aigc/shared/refusals';
import { generatePlatformKey, type KeyKind } from '@aigc/shared/platform-key';
import type { ApiKey, KeyPolicyInput } from '@aigc/shared/schemas/keys';
import type { Actor, UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { lockUser } from '../lock-user.ts';
import { requireAdmin } from '../require-admin.ts';
import { loadUserIdentity } from '../users/user-identity.ts';
import { viewKey } from './api-key-view.ts';
import { auditedKey } from './key-policy.ts';
import { storeKey } from './store-key.ts';

/** More keys than this are a program that makes one per call and never deletes them. */
export const MAX_KEYS_PER_USER = 100;

export interface CreateKeyInput extends KeyPolicyInput {
  name: string;
  kind: KeyKind;
}

type CreatedKey = ApiKey & { api_key: string };

/** A new key of the actor, in their project. `api_key` is the whole key: it cannot be read again. */
export async function createKey(deps: Deps, actor: UserActor, input: CreateKeyInput): Promise<CreatedKey> {
  return makeKey(deps, actor, { ...input, userId: actor.userId, projectId: actor.projectId });
}

/** The same for any active user, by the command line. @throws AppError `not_found` on `user_id` */
export async function createKeyForUser(
  deps: Deps,
  actor: Actor,
  input: CreateKeyInput & { userId: string },
): Promise<CreatedKey> {
  requireAdmin(actor);
  const user = await loadUserIdentity(deps.em, input.userId);
  if (user === null) {
    throw refusal('no_such_active_user', {}, { param: 'user_id' });
  }
  return makeKey(deps, actor, { ...input, projectId: user.project.id });
}

async function makeKey(
  deps: Deps,
  actor: Actor,
  { userId, projectId, name, kind, ...policy }: CreateKeyInput & { userId: string; projectId: string },
): Promise<CreatedKey> {
  return deps.em.transactional(async (em) => {
    await lockUser(em, userId);
    const count = await em.count(PlatformApiKey, { user: userId });
    if (count >= MAX_KEYS_PER_USER) {
      throw refusal('too_many_keys', { count });
    }
    const key = generatePlatformKey(kind);
    const row = await storeKey(em, deps.secrets, { userId, projectId, name, kind, key, policy });
    await recordAudit(em, actor, {
      action: 'api_key.create',
      targetType: 'api_key',
      targetId: row.id,
      after: { ...auditedKey(row), kind: row.kind, api_key_prefix: row.apiKeyPrefix },
    });
    return { ...(await viewKey(em, row)), api_key: key };
  });
}
