import type { Condition } from '../logs/call-log-filter.ts';
import { areDaysOfUtc, type Period } from './period.ts';
import { SELECT_SUMS, type Sums, type SumsRow, toSums } from './sums.ts';
import { type DayGrain, sumsOf, type SumsView } from './sums-view.ts';

export interface DaySums extends Sums {
  /** Index into the period's days. */
  day: number;
  model: string;
  isLocal: boolean;
}

interface DayRow extends SumsRow {
  day: number;
  model_name: string;
  is_local: boolean;
}

/** Sums by day and model, only those that had calls. */
export async function readDays(
  view: SumsView,
  period: Period,
  { where, days, isByModel }: { where: Condition; days: DayGrain; isByModel: boolean },
): Promise<DaySums[]> {
  // The days are cut here and not by PostgreSQL, whose names and signs of zones differ from JavaScript's.
  const starts = `{${period.dayStartsMs.map((ms) => new Date(ms).toISOString()).join(',')}}`;
  const { fromMs, toMs } = period;
  // Days of other zones begin within days of UTC.
  const source = sumsOf(view, { fromMs, toMs, where, isByModel, days: areDaysOfUtc(period) ? days : null });
  const rows = await view.em.execute<DayRow[]>(
    `select greatest(width_bucket(r.starts_at, ?::timestamptz[]) - 1, 0) as day, r.model_name, r.is_local, ${SELECT_SUMS}
     from ${source.sql} r group by 1, 2, 3`,
    [starts, ...source.params],
  );
  return rows.map((row) => ({ ...toSums(row), day: row.day, model: row.model_name, isLocal: row.is_local }));
}
