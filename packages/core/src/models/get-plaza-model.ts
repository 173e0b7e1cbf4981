import { refusal } from '@aigc/shared/refusals';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { visibleModels } from './visible-models.ts';

/** One model that the actor sees. @throws AppError `not_found`, also for another user's local model */
export async function getPlazaModel(deps: Deps, actor: UserActor, id: number): Promise<PlazaModel> {
  const [model] = await visibleModels(deps.em, actor, id);
  if (model === undefined) throw refusal('no_such_model', {}, { param: 'id' });
  return model;
}
