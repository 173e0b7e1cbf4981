import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { refusal } from '@aigc/shared/refusals';
import type { UserActor } from '../actor.ts';

/** The actor's own local model, locked inside a transaction. Anyone else's, and cloud models, are not found. */
export async function findOwnLocalModel(em: EntityManager, actor: UserActor, id: number): Promise<Model> {
  const model = await em.findOne(
    Model,
    { id, isLocal: true, user: actor.userId },
    em.isInTransaction() ? { lockMode: LockMode.PESSIMISTIC_WRITE } : {},
  );
  if (model === null) throw refusal('no_such_local_model', {}, { param: 'id' });
  return model;
}
