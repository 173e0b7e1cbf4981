import type { PlazaModel } from '@aigc/shared/schemas/models';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { visibleModels } from './visible-models.ts';

/** Every model that the actor sees, callable or not: why one is not is said by its fields. */
export async function listPlaza(deps: Deps, actor: UserActor): Promise<PlazaModel[]> {
  return visibleModels(deps.em, actor);
}
