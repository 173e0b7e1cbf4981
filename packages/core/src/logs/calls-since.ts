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
  /** When the first of them began, ISO 8601, where it is known; absent: whenever. */
  from?: string | undefined;
  api_key_id?: number | undefined;
  scope: 'mine' | 'all';
}

/** Calls of all users since one: so many are read by their ids, of which only block ranges are kept; more by time. */
const MAX_READ_BY_ID = 50_000n;

const COLUMNS = 'l.id::text, l.request_id, l.api_key_id, l.model_name, l.status';
const LOG = 'aigcspace.api_call_log l';
const NEWEST_FIRST = 'order by l.created_at desc, l.id desc limit ?';

/**
 * The calls that were logged after one, oldest first: what a listener missed while it was away. Of too many, the newest.
 * @throws AppError `forbidden` for `all` of a user
 */
export async function callsSince(deps: Deps, actor: UserActor, input: CallsSinceInput): Promise<CallEvent[]> {
  const { scope, api_key_id, from, afterId } = input;
  const { sql, params } = filterCondition(actor, { scope, api_key_id, from });
  if (afterId !== '0' && !isBigId(afterId)) return [];
  const behind = (await newestId(deps)) - BigInt(afterId);
  if (behind <= 0n) return [];
  const isOfAll = scope === 'all' && api_key_id === undefined;
  let rows: CallEvent[];
  if (from === undefined && behind > MAX_READ_BY_ID && isOfAll) {
    // More than can be told were missed. Whatever began last is among them, and what is older need not be looked through.
    rows = await deps.em.execute<CallEvent[]>(
      `select ${COLUMNS} from (select * from ${LOG} ${NEWEST_FIRST}) l where l.id > ?::bigint`,
      [MAX_MISSED, afterId],
    );
  } else {
    const isById = from === undefined && behind <= MAX_READ_BY_ID;
    rows = await deps.em.execute<CallEvent[]>(
      `select ${COLUMNS} from ${LOG} where ${sql} and l.id > ?::bigint
       ${isById ? 'order by l.id desc limit ?' : NEWEST_FIRST}`,
      [...params, afterId, MAX_MISSED],
    );
  }
  return rows.toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

/** At least that of the newest call: ids of what was rolled back are lost. */
async function newestId(deps: Deps): Promise<bigint> {
  const [row] = await deps.em.execute<{ id: string }[]>(
    'select last_value::text as id from aigcspace.api_call_log_id_seq',
  );
  return BigInt(row?.id ?? 0);
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
