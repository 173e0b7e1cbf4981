import { IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { FOLDED_THROUGH } from '../calls/rollup-sql.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { hourOf } from './period.ts';

/** Sums as they were at one moment: whatever is read through the same view agrees. */
export interface SumsView {
  em: EntityManager;
  /** Hours before it are folded into the coarser sums. Milliseconds since 1970. */
  foldedThroughMs: number;
}

/** Reads sums with `read`, all as of the same moment. */
export async function viewSums<T>(em: EntityManager, read: (view: SumsView) => Promise<T>): Promise<T> {
  return em.transactional(
    async (tx) => {
      const [row] = await tx.execute<{ folded_through: Date | string }[]>(
        `select ${FOLDED_THROUGH} as folded_through`,
      );
      if (row === undefined) throw new Error('aigcspace.rollup_progress has lost its row');
      return read({ em: tx, foldedThroughMs: new Date(row.folded_through).getTime() });
    },
    { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true },
  );
}

/** Everyone's calls, or by model; those of users, or by key; or by all of these. All know what is local. */
export type DayGrain = 'day' | 'day_model' | 'day_user' | 'day_key' | 'day_call';

/** The same by the hour; for users and keys together only the sums that are written with the calls have it. */
export type HourGrain = 'hour' | 'hour_model' | 'hour_user';

export interface SumsQuery {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  /** On the columns of `r` that its grains have. */
  where: Condition;
  /** What whole days of UTC may be read from. Null: everything is needed by the hour. */
  days: DayGrain | null;
  /** Whether hours may be read from everyone's sums by model, which know neither user nor key. */
  isByModel: boolean;
  /** Sums by the hour with fewer rows than those, where they know enough. */
  hours?: HourGrain | null;
}

/** Times in milliseconds since 1970; `to` is exclusive. */
interface Range {
  from: number;
  to: number;
}

const DAY_MS = 86_400_000;

/**
 * A FROM item, to be named `r`, whose rows add up to the calls of a period: folded hours come from the fewer rows of the
 * grains, later ones from the sums that are written with the calls. `starts_at` is the start of the hour or day.
 */
export function sumsOf({ foldedThroughMs }: SumsView, query: SumsQuery): Condition {
  const { where, days } = query;
  const all: Range = { from: hourOf(query.fromMs).getTime(), to: query.toMs };
  const folded: Range = { from: all.from, to: Math.min(all.to, foldedThroughMs) };
  const tail: Range = { from: Math.max(all.from, foldedThroughMs), to: all.to };
  // The day in which the folded hours end is whole, too: what is missing in it is in the tail.
  const foldedTo = folded.to < all.to ? Math.ceil(folded.to / DAY_MS) * DAY_MS : folded.to;
  const whole: Range = {
    from: Math.ceil(all.from / DAY_MS) * DAY_MS,
    to: Math.min(Math.floor(all.to / DAY_MS) * DAY_MS, foldedTo),
  };
  const hourGrain = query.hours ?? (query.isByModel ? 'hour_model' : null);
  const hours = (range: Range) =>
    hourGrain === null ? rollups(range, where) : folds(hourGrain, range, where);
  const parts =
    days === null || whole.from >= whole.to
      ? [some(folded, hours)]
      : [
          some({ from: folded.from, to: Math.min(whole.from, folded.to) }, hours),
          folds(days, whole, where),
          some({ from: whole.to, to: folded.to }, hours),
        ];
  const sources = [...parts, some(tail, (range) => rollups(range, where))].filter((part) => part !== null);
  return {
    sql: `(${sources.map(({ sql }) => sql).join('\nunion all\n')})`,
    params: sources.flatMap(({ params }) => params),
  };
}

function some(range: Range, read: (range: Range) => Condition): Condition | null {
  return range.from < range.to ? read(range) : null;
}

const KEY = 'r.user_id, r.organisation_id, r.api_key_id, r.model_name, r.is_local';
const SUMS =
  'r.calls, r.failed, r.input_tokens, r.output_tokens, r.cost, r.latency_buckets, r.ttft_buckets, r.errors';

function rollups({ from, to }: Range, where: Condition): Condition {
  return {
    sql: `select r."hour" as starts_at, ${KEY}, ${SUMS} from aigcspace.call_rollups r
      where r."hour" >= ? and r."hour" < ? and ${where.sql}`,
    params: [new Date(from), new Date(to), ...where.params],
  };
}

function folds(grain: DayGrain | HourGrain, { from, to }: Range, where: Condition): Condition {
  return {
    sql: `select r.starts_at, ${KEY}, ${SUMS} from aigcspace.rollup_folds r
      where r.grain = '${grain}' and r.starts_at >= ? and r.starts_at < ? and ${where.sql}`,
    params: [new Date(from), new Date(to), ...where.params],
  };
}
