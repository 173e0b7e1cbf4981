import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { AppError } from '@aigc/shared/errors';
import type { UserActor } from '../actor.ts';

/** The actor's own key, locked until the transaction ends. Someone else's is not found. */
export async function findOwnKey(em: EntityManager, actor: UserActor, id: number): Promise<PlatformApiKey> {
  const key = await em.findOne(
    PlatformApiKey,
    { id, user: actor.userId, project: actor.projectId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (key === null) throw new AppError('not_found', 'There is no such API key.', { param: 'id' });
  return key;
}
