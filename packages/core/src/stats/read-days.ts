import type { EntityManager } from '@mikro-orm/postgresql';
import type { Condition } from '../logs/call-log-filter.ts';
import type { Period } from './period.ts';
import { SELECT_SUMS, type Sums, type SumsRow, toSums } from './sums.ts';

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
export async function readDays(em: EntityManager, period: Period, condition: Condition): Promise<DaySums[]> {
  // The days are cut here and not by PostgreSQL, whose names and signs of zones differ from JavaScript's.
  const starts = `{${period.dayStartsMs.map((ms) => new Date(ms).toISOString()).join(',')}}`;
  const rows = await em.execute<DayRow[]>(
    `select greatest(width_bucket(r.hour, ?::timestamptz[]) - 1, 0) as day, r.model_name, r.is_local, ${SELECT_SUMS}
     from aigcspace.call_rollups r where ${condition.sql} group by 1, 2, 3`,
    [starts, ...condition.params],
  );
  return rows.map((row) => ({ ...toSums(row), day: row.day, model: row.model_name, isLocal: row.is_local }));
}
