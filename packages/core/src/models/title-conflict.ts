import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { ModelAlias } from '@aigc/db/entities/model-route';
import { refusal } from '@aigc/shared/refusals';
import type { Conflict } from '../name-conflicts.ts';

/** Cloud titles are unique among cloud models; local models of users may have the same one. */
export function cloudTitleTaken(title: string, param = 'title'): Conflict {
  return () => refusal('cloud_title_taken', { title }, { param });
}

/** An alias means one model, so no other may have it as its title. */
export function titleIsAlias(title: string, param = 'title'): Conflict {
  return () => refusal('title_is_alias', { title }, { param });
}

/** @throws AppError `conflict` when another cloud model than `exceptId` has the title */
export async function requireFreeCloudTitle(
  em: EntityManager,
  title: string,
  exceptId?: number,
): Promise<void> {
  const other = await em.findOne(Model, { title, isLocal: false }, { fields: ['id'] });
  if (other !== null && other.id !== exceptId) throw cloudTitleTaken(title)();
  const alias = await em.findOne(ModelAlias, { alias: title });
  if (alias !== null) throw titleIsAlias(title)();
}
