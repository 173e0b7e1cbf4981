import type { UserActor } from '../actor.ts';
import { FOLDED_THROUGH } from '../calls/rollup-sql.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';

export interface CallLogFacets {
  models: string[];
  keys: { id: number; name: string }[];
}

/** Keys to choose from, the last used ones: there may be tens of thousands. */
const MAX_KEYS = 200;

/**
 * Models and keys that occur in the log, for its filters. Read from the kept sums, which are few where the log is
 * long. Keys that were deleted are left out, and so is the missing name of calls that were refused before their model
 * was known.
 * @throws AppError `forbidden` for `all` of a user
 */
export async function callLogFacets(
  deps: Deps,
  actor: UserActor,
  scope: 'mine' | 'all',
): Promise<CallLogFacets> {
  if (scope === 'all') requireAdmin(actor);
  const { userId, organisationId } = actor;
  const [grain, where, params] =
    scope === 'all'
      ? ['day_model', 'true', []]
      : ['day_call', 'r.user_id = ? and r.organisation_id = ?', [userId, organisationId]];
  const models = await deps.em.execute<{ model_name: string }[]>(
    `select distinct model_name from (
       select r.model_name from aigcspace.rollup_folds r where r.grain = '${grain}' and ${where}
       union all
       select r.model_name from aigcspace.call_rollups r where r."hour" >= ${FOLDED_THROUGH} and ${where}
     ) names where model_name <> '' order by model_name`,
    [...params, ...params],
  );
  const keys = await deps.em.execute<{ id: number; name: string }[]>(
    `select id, name from (
       select k.id, k.name from aigcspace.platform_api_key k
       where k.last_used_at is not null ${scope === 'all' ? '' : 'and k.user_id = ?'}
       order by k.last_used_at desc limit ${MAX_KEYS}
     ) used order by name, id`,
    scope === 'all' ? [] : [userId],
  );
  return { models: models.map((row) => row.model_name), keys };
}
