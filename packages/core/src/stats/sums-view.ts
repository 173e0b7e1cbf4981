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
export interface Range {
  from: number;
  to: number;
}

/** Where the sums of a period are read from; parts that are empty are left out. */
export interface SumsParts {
  /** Whole days of UTC, from the grain of days. */
  whole: Range[];
  /** Folded hours beside them, from the grain of hours or the sums that are written with the calls. */
  hours: Range[];
  /** What is not folded yet, from the sums that are written with the calls. */
  tail: Range[];
}

const DAY_MS = 86_400_000;

/** Cuts a period by what its sums may be read from. */
export function partsOf({ foldedThroughMs }: SumsView, { fromMs, toMs, days }: SumsQuery): SumsParts {
  const all: Range = { from: hourOf(fromMs).getTime(), to: toMs };
  const folded: Range = { from: all.from, to: Math.min(all.to, foldedThroughMs) };
  const tail: Range = { from: Math.max(all.from, foldedThroughMs), to: all.to };
  // The day in which the folded hours end is whole, too: what is missing in it is in the tail.
  const foldedTo = folded.to < all.to ? Math.ceil(folded.to / DAY_MS) * DAY_MS : folded.to;
  const whole: Range = {
    from: Math.ceil(all.from / DAY_MS) * DAY_MS,
    to: Math.min(Math.floor(all.to / DAY_MS) * DAY_MS, foldedTo),
  };
  if (days === null || isEmpty(whole)) return nonEmpty({ whole: [], hours: [folded], tail: [tail] });
  const beside = [
    { from: folded.from, to: Math.min(whole.from, folded.to) },
    { from: whole.to, to: folded.to },
  ];
  return nonEmpty({ whole: [whole], hours: beside, tail: [tail] });
}

function nonEmpty({ whole, hours, tail }: SumsParts): SumsParts {
  const some = (ranges: Range[]) => ranges.filter((range) => !isEmpty(range));
  return { whole: some(whole), hours: some(hours), tail: some(tail) };
}

function isEmpty({ from, to }: Range): boolean {
  return from >= to;
}

/**
 * A FROM item, to be named `r`, whose rows add up to the calls of a period: folded hours come from the fewer rows of the
 * grains, later ones from the sums that are written with the calls. `starts_at` is the start of the hour or day.
 */
export function sumsOf(view: SumsView, query: SumsQuery): Condition {
  const { whole, hours, tail } = partsOf(view, query);
  return unionOf([
    ...whole.map((range) => daySource(query, range)),
    ...hours.map((range) => hourSource(query, range)),
    ...tail.map((range) => callSource(query, range)),
  ]);
}

/** A FROM item of all rows of the parts. */
export function unionOf(parts: readonly Condition[]): Condition {
  return {
    sql: `(${parts.map(({ sql }) => sql).join('\nunion all\n')})`,
    params: parts.flatMap(({ params }) => params),
  };
}

const COLUMNS = `r.user_id, r.organisation_id, r.api_key_id, r.model_name, r.is_local, r.calls, r.failed,
  r.input_tokens, r.output_tokens, r.cost, r.latency_buckets, r.ttft_buckets, r.errors`;

/** A range, or in SQL what bounds it. */
export type Bounds = Range | { from: string; to: string };

/** Rows of the grain of days. */
export function daySource({ days, where }: SumsQuery, bounds: Bounds): Condition {
  return folds(days ?? 'day_call', where, bounds);
}

/** Rows of folded hours. */
export function hourSource(query: SumsQuery, bounds: Bounds): Condition {
  const grain = query.hours ?? (query.isByModel ? 'hour_model' : null);
  return grain === null ? callSource(query, bounds) : folds(grain, query.where, bounds);
}

/** Rows that are written with the calls. */
export function callSource({ where }: SumsQuery, bounds: Bounds): Condition {
  const within = isWithin('r."hour"', bounds);
  return {
    sql: `select r."hour" as starts_at, ${COLUMNS} from aigcspace.call_rollups r
      where ${within.sql} and ${where.sql}`,
    params: [...within.params, ...where.params],
  };
}

function folds(grain: DayGrain | HourGrain, where: Condition, bounds: Bounds): Condition {
  const within = isWithin('r.starts_at', bounds);
  return {
    sql: `select r.starts_at, ${COLUMNS} from aigcspace.rollup_folds r
      where r.grain = '${grain}' and ${within.sql} and ${where.sql}`,
    params: [...within.params, ...where.params],
  };
}

function isWithin(column: string, { from, to }: Bounds): Condition {
  if (typeof from === 'string') return { sql: `${column} >= ${from} and ${column} < ${to}`, params: [] };
  return { sql: `${column} >= ? and ${column} < ?`, params: [new Date(from), new Date(to)] };
}
