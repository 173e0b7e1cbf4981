import type { Stats } from '@aigc/shared/schemas/stats';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { readSettings } from '../settings/settings.ts';
import { sumByDay, sumByDayAndModel, sumByModel } from './group-days.ts';
import { periodOf } from './period.ts';
import { readDays } from './read-days.ts';
import { readTotals } from './read-totals.ts';
import { type StatsInput, statsScope } from './stats-scope.ts';
import { byCostThenCalls, SELECT_SUMS, type SumsRow, toSums } from './sums.ts';
import { sumsOf, type SumsQuery, type SumsView, viewSums } from './sums-view.ts';

/** Keys told of, the dearest ones: there may be tens of thousands. */
const TOP_KEYS = 100;

/**
 * What was called in a period and in the one just before, from the kept sums: totals, by day of the viewer's zone, by
 * model, by key, and the failures by code. All of one moment, so that the parts agree.
 * @throws AppError `forbidden` for `scope: all` of a user, `invalid_field` on `from`
 */
export async function getStats(deps: Deps, actor: UserActor, input: StatsInput): Promise<Stats> {
  const period = periodOf(input, Date.now());
  const { fromMs, toMs } = period;
  const scope = await statsScope(deps.em, actor, input);
  const { currency } = await readSettings(deps.em);
  const { where, isByModel, totalDays, keyDays } = scope;
  const { rows, totals, keys } = await viewSums(deps.em, async (view) => ({
    rows: await readDays(view, period, scope),
    totals: await readTotals(view, { fromMs, toMs, where, isByModel, days: totalDays }),
    keys: await readKeys(view, { fromMs, toMs, where, isByModel: false, days: keyDays }),
  }));
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    currency,
    totals: totals.current,
    previous: totals.previous,
    by_day: sumByDay(period.days, rows),
    by_day_and_model: sumByDayAndModel(period.days, rows),
    by_model: sumByModel(rows),
    by_key: keys,
    errors: byFrequency(totals.errors),
  };
}

interface KeyRow extends SumsRow {
  api_key_id: number;
  name: string | null;
}

/** Sums by key, dearest first. Null stands for the playground; a deleted key has no name any more. */
async function readKeys(view: SumsView, query: SumsQuery): Promise<Stats['by_key']> {
  const source = sumsOf(view, query);
  const rows = await view.em.execute<KeyRow[]>(
    `select s.*, k.name from (
       select r.api_key_id, ${SELECT_SUMS} from ${source.sql} r
       group by r.api_key_id order by sum(r.cost) desc, sum(r.calls) desc, r.api_key_id limit ${TOP_KEYS}
     ) s left join aigcspace.platform_api_key k on k.id = s.api_key_id`,
    source.params,
  );
  return rows
    .map((row) => ({ api_key_id: row.api_key_id || null, name: row.name, ...toSums(row) }))
    .toSorted(byCostThenCalls((row) => String(row.api_key_id)));
}

function byFrequency(counts: Record<string, number>): Stats['errors'] {
  return Object.entries(counts)
    .map(([code, calls]) => ({ code, calls }))
    .toSorted((a, b) => b.calls - a.calls || a.code.localeCompare(b.code));
}
