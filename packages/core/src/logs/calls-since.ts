import type { CallEvent } from '@aigc/shared/schemas/logs';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { isBigId } from './cursor.ts';

/** Who missed more than this reads the log again. */
const MAX_MISSED = 200;

export interface CallsSinceInput {
  /** The last call that was heard of; `0`: none yet. */
  afterId: string;
  api_key_id?: number | undefined;
}

/** The actor's calls that were logged after one, oldest first: what a listener missed while it was away. */
export async function callsSince(deps: Deps, actor: UserActor, input: CallsSinceInput): Promise<CallEvent[]> {
  if (input.afterId !== '0' && !isBigId(input.afterId)) return [];
  const key = input.api_key_id ?? null;
  const rows = await deps.em.execute<CallEvent[]>(
    `select id::text, request_id, api_key_id, model_name, status from aigcspace.api_call_log
     where user_id = ? and organisation_id = ? and id > ?::bigint and (?::int is null or api_key_id = ?::int)
     order by id desc limit ?`,
    [actor.userId, actor.organisationId, input.afterId, key, key, MAX_MISSED],
  );
  return rows.toReversed();
}

/** The newest call of the actor, as a place to listen from; `0` when there is none. */
export async function latestCallId(deps: Deps, actor: UserActor): Promise<string> {
  const [row] = await deps.em.execute<{ id: string }[]>(
    `select id::text from aigcspace.api_call_log where user_id = ? and organisation_id = ?
     order by created_at desc, id desc limit 1`,
    [actor.userId, actor.organisationId],
  );
  return row?.id ?? '0';
}
