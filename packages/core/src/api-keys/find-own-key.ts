import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';

/**
 * A key that the actor may change, locked until the transaction ends: people their own, whatever their role; the
 * command line, which has none, everyone's. Someone else's is not found.
 */
export async function findOwnKey(em: EntityManager, actor: Actor, id: number): Promise<PlatformApiKey> {
  const key = await em.findOne(
    PlatformApiKey,
    actor.kind === 'cli' ? { id } : { id, user: actor.userId, project: actor.projectId },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  );
  if (key === null) throw refusal('no_such_key', {}, { param: 'id' });
  return key;
}
