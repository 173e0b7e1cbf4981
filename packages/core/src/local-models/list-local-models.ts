import { Model } from '@aigc/db/entities/model';
import type { LocalModel } from '@aigc/shared/schemas/models';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { toLocalModel } from './local-model-view.ts';

/** The actor's local models, by name. */
export async function listLocalModels(deps: Deps, actor: UserActor): Promise<LocalModel[]> {
  const models = await deps.em.find(
    Model,
    { isLocal: true, user: actor.userId },
    { orderBy: { title: 'asc', id: 'asc' } },
  );
  return models.map(toLocalModel);
}
