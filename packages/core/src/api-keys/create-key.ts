import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { AppError } from '@aigc/shared/errors';
import { generatePlatformKey, type KeyKind } from '@aigc/shared/platform-key';
import type { ApiKey } from '@aigc/shared/schemas/keys';
import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { lockUser } from '../lock-user.ts';
import { toApiKey } from './api-key-view.ts';
import { storeKey } from './store-key.ts';

/** More keys than this are a program that makes one per call and never deletes them. */
export const MAX_KEYS_PER_USER = 100;

export interface CreateKeyInput {
  name: string;
  kind: KeyKind;
}

/** A new key of the actor, in their project. `api_key` is the whole key: it cannot be read again. */
export async function createKey(
  deps: Deps,
  actor: UserActor,
  input: CreateKeyInput,
): Promise<ApiKey & { api_key: string }> {
  return deps.em.transactional(async (em) => {
    await lockUser(em, actor.userId);
    const count = await em.count(PlatformApiKey, { user: actor.userId });
    if (count >= MAX_KEYS_PER_USER) {
      throw new AppError(
        'conflict',
        `You have ${count} API keys, the most a user may have. Delete one first.`,
      );
    }
    const key = generatePlatformKey(input.kind);
    const row = await storeKey(em, deps.secrets, {
      userId: actor.userId,
      projectId: actor.projectId,
      ...input,
      key,
    });
    await recordAudit(em, actor, {
      action: 'api_key.create',
      targetType: 'api_key',
      targetId: row.id,
      after: { name: row.name, kind: row.kind, api_key_prefix: row.apiKeyPrefix },
    });
    return { ...toApiKey(row), api_key: key };
  });
}
