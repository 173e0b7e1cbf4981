import type { CallLog, CallLogFilter } from '@aigc/shared/schemas/logs';
import type { Actor, UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { afterCondition, filterCondition, type CallLogQuery } from './call-log-filter.ts';
import { type CallLogRow, SELECT_CALL_LOG, toCallLog } from './call-log-row.ts';
import { decodeCursor, encodeCursor, type LogPosition } from './cursor.ts';

export interface CallLogPage {
  items: CallLog[];
  /** Null: there is nothing after this page. */
  next_cursor: string | null;
}

export interface ListCallLogsInput extends CallLogQuery {
  cursor?: string | undefined;
  /** How many rows at most. */
  limit: number;
}

/**
 * One page of the call log, newest first. Pages follow each other by time and id, so rows with the same
 * time are neither skipped nor repeated, and new calls do not shift what comes after.
 * @throws AppError `forbidden` for `scope: all` of a user, `invalid_field` on `cursor`
 */
export async function listCallLogs(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  input: ListCallLogsInput,
): Promise<CallLogPage> {
  const after = input.cursor === undefined ? null : decodeCursor(input.cursor);
  const { rows, next } = await readPage(deps, actor, { ...input, after });
  return { items: rows.map(toCallLog), next_cursor: next === null ? null : encodeCursor(next) };
}

/** Rows that a CSV export reads at a time. */
const EXPORT_BATCH = 1_000;

/** Every row that the filter finds, newest first, in batches that are read as they are asked for. */
export async function* exportCallLogs(
  deps: Deps,
  actor: UserActor,
  filter: CallLogFilter,
): AsyncGenerator<CallLog[], void> {
  let after: LogPosition | null = null;
  do {
    const page: Page = await readPage(deps, actor, { ...filter, after, limit: EXPORT_BATCH });
    if (page.rows.length > 0) yield page.rows.map(toCallLog);
    after = page.next;
  } while (after !== null);
}

interface Page {
  rows: CallLogRow[];
  next: LogPosition | null;
}

async function readPage(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  input: CallLogQuery & { after: LogPosition | null; limit: number },
): Promise<Page> {
  const filter = filterCondition(actor, input);
  const after = afterCondition(input.after);
  // One row more than asked for tells whether there is a next page.
  const found = await deps.em.execute<CallLogRow[]>(
    `${SELECT_CALL_LOG} where ${filter.sql} and ${after.sql} order by l.created_at desc, l.id desc limit ?`,
    [...filter.params, ...after.params, input.limit + 1],
  );
  const rows = found.slice(0, input.limit);
  const last = rows.at(-1);
  const hasMore = found.length > rows.length && last !== undefined;
  return { rows, next: hasMore ? { createdAt: last.position, id: last.id } : null };
}
