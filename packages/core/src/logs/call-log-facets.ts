import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';

export interface CallLogFacets {
  models: string[];
  keys: { id: number; name: string }[];
}

/**
 * Models and keys that occur in the log, for its filters. Read from the hourly sums, which are few where
 * the log is long. Keys that were deleted are left out.
 * @throws AppError `forbidden` for `all` of a user
 */
export async function callLogFacets(
  deps: Deps,
  actor: UserActor,
  scope: 'mine' | 'all',
): Promise<CallLogFacets> {
  if (scope === 'all') requireAdmin(actor);
  const [where, params] =
    scope === 'all'
      ? ['true', []]
      : ['r.user_id = ? and r.organisation_id = ?', [actor.userId, actor.organisationId]];
  const models = await deps.em.execute<{ model_name: string }[]>(
    `select distinct r.model_name from aigcspace.call_rollups r where ${where} order by r.model_name`,
    params,
  );
  const keys = await deps.em.execute<{ id: number; name: string }[]>(
    `select k.id, k.name from aigcspace.platform_api_key k
     where k.id in (select r.api_key_id from aigcspace.call_rollups r where ${where}) order by k.name, k.id`,
    params,
  );
  return { models: models.map((row) => row.model_name), keys };
}
