import type { EntityManager } from '@mikro-orm/postgresql';
import { Model } from '@aigc/db/entities/model';
import { Provider } from '@aigc/db/entities/provider';
import { refusal } from '@aigc/shared/refusals';
import type { Conflict } from '../name-conflicts.ts';

/** Local titles are unique per owner. */
export function localTitleTaken(title: string): Conflict {
  return () => refusal('local_title_taken', { title }, { param: 'name' });
}

export interface LocalTitle {
  title: string;
  userId: string;
  /** The model that is being renamed. */
  exceptId?: number | undefined;
}

/**
 * Refuses a title that the owner already has, or that a cloud model they can see has. A cloud model that
 * takes the title later is no conflict: the owner's own model wins for them.
 * @throws AppError `conflict` on `name`
 */
export async function requireFreeLocalTitle(em: EntityManager, wanted: LocalTitle): Promise<void> {
  const { title, userId, exceptId } = wanted;
  const own = await em.findOne(Model, { title, isLocal: true, user: userId }, { fields: ['id'] });
  if (own !== null && own.id !== exceptId) throw localTitleTaken(title)();
  const providers = await em.find(Provider, { status: 'enabled' }, { fields: ['id'] });
  const cloud = await em.count(Model, {
    title,
    isLocal: false,
    provider: { $in: providers.map(({ id }) => id) },
  });
  if (cloud > 0) {
    throw refusal('local_title_is_cloud', { title }, { param: 'name' });
  }
}
