import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { ModelAlias } from '@aigc/db/entities/model-route';
import type { Conflict } from '../name-conflicts.ts';
import { conflictError } from '../name-conflicts.ts';

/** Cloud titles are unique among cloud models; local models of users may have the same one. */
export function cloudTitleTaken(title: string, param = 'title'): Conflict {
  return { param, message: `There is already a cloud model named "${title}".` };
}

/** An alias means one model, so no other may have it as its title. */
export function titleIsAlias(title: string, param = 'title'): Conflict {
  return { param, message: `"${title}" is an alias of a cloud model.` };
}

/** @throws AppError `conflict` when another cloud model than `exceptId` has the title */
export async function requireFreeCloudTitle(
  em: EntityManager,
  title: string,
  exceptId?: number,
): Promise<void> {
  const other = await em.findOne(Model, { title, isLocal: false }, { fields: ['id'] });
  if (other !== null && other.id !== exceptId) throw conflictError(cloudTitleTaken(title));
  const alias = await em.findOne(ModelAlias, { alias: title });
  if (alias !== null) throw conflictError(titleIsAlias(title));
}
