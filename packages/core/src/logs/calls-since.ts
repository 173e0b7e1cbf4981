import type { CallEvent } from '@aigc/shared/schemas/logs';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { isBigId } from './cursor.ts';

/** Who missed more than this reads the log again. */
const MAX_MISSED = 200;

export interface CallsSinceInput {
  /** The last call that was heard of. */
  afterId: string;
  api_key_id?: number | undefined;
}

/** The actor's calls that were logged after one, oldest first: what a listener missed while it was away. */
export async function callsSince(deps: Deps, actor: UserActor, input: CallsSinceInput): Promise<CallEvent[]> {
  if (!isBigId(input.afterId)) return [];
  const key = input.api_key_id ?? null;
  const rows = await deps.em.execute<CallEvent[]>(
    `select id::text, request_id, api_key_id, model_name, status from aigcspace.api_call_log
     where user_id = ? and organisation_id = ? and id > ?::bigint and (?::int is null or api_key_id = ?::int)
     order by id desc limit ?`,
    [actor.userId, actor.organisationId, input.afterId, key, key, MAX_MISSED],
  );
  return rows.reverse();
}
