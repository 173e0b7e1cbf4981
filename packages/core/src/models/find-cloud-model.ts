import { LockMode } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';

export interface CloudModel {
  model: Model;
  provider: Provider;
}

/** A cloud model, locked inside a transaction, and its provider. Local models are not found. */
export async function findCloudModel(em: EntityManager, id: number, param = 'id'): Promise<CloudModel> {
  const model = await em.findOne(
    Model,
    { id, isLocal: false },
    em.isInTransaction() ? { lockMode: LockMode.PESSIMISTIC_WRITE } : {},
  );
  const provider = model === null ? null : await em.findOne(Provider, { id: model.provider ?? 0 });
  if (model === null || provider === null) {
    throw refusal('no_such_model', {}, { param });
  }
  return { model, provider };
}
