import type { CallEvent } from '@aigc/shared/schemas/logs';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { filterCondition } from './call-log-filter.ts';
import { isBigId } from './cursor.ts';

/** Who missed more than this reads the log again. */
const MAX_MISSED = 200;

export interface CallsSinceInput {
  /** The last call that was heard of; `0`: none yet. */
  afterId: string;
  api_key_id?: number | undefined;
  scope: 'mine' | 'all';
}

/**
 * The calls that were logged after one, oldest first: what a listener missed while it was away.
 * @throws AppError `forbidden` for `all` of a user
 */
export async function callsSince(deps: Deps, actor: UserActor, input: CallsSinceInput): Promise<CallEvent[]> {
  const filter = filterCondition(actor, { scope: input.scope, api_key_id: input.api_key_id });
  if (input.afterId !== '0' && !isBigId(input.afterId)) return [];
  const rows = await deps.em.execute<CallEvent[]>(
    `select l.id::text, l.request_id, l.api_key_id, l.model_name, l.status from aigcspace.api_call_log l
     where ${filter.sql} and l.id > ?::bigint order by l.id desc limit ?`,
    [...filter.params, input.afterId, MAX_MISSED],
  );
  return rows.toReversed();
}

/**
 * The newest of the calls, as a place to listen from; `0` when there is none.
 * @throws AppError `forbidden` for `all` of a user
 */
export async function latestCallId(deps: Deps, actor: UserActor, scope: 'mine' | 'all'): Promise<string> {
  const filter = filterCondition(actor, { scope });
  const [row] = await deps.em.execute<{ id: string }[]>(
    `select l.id::text from aigcspace.api_call_log l where ${filter.sql}
     order by l.created_at desc, l.id desc limit 1`,
    filter.params,
  );
  return row?.id ?? '0';
}
