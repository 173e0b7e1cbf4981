import { daySumsOf, withoutMoved } from './day-sums.ts';
import type { Period } from './period.ts';
import { SELECT_SUMS, SELECT_SUMS_EXACT, SUMS, type Sums, type SumsRow, toSums } from './sums.ts';
import type { SumsQuery, SumsView } from './sums-view.ts';

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
  { where, days, isByModel }: Pick<SumsQuery, 'where' | 'days' | 'isByModel'>,
): Promise<DaySums[]> {
  const source = daySumsOf(view, period, { where, days, isByModel });
  const grouped = `
    select r.day, r.instead_of, r.model_name, r.is_local, ${SELECT_SUMS_EXACT} from ${source.sql} r group by 1, 2, 3, 4`;
  const rows = await view.em.execute<DayRow[]>(
    `select r.day, r.model_name, r.is_local, ${SELECT_SUMS}
     from ${withoutMoved(grouped, { columns: ['model_name', 'is_local'], amounts: SUMS })} r
     group by 1, 2, 3 having sum(r.calls) <> 0`,
    source.params,
  );
  return rows.map((row) => ({ ...toSums(row), day: row.day, model: row.model_name, isLocal: row.is_local }));
}
