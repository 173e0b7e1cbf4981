import type { Stats } from '@aigc/shared/schemas/stats';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { readSettings } from '../settings/settings.ts';
import { sumByDay, sumByDayAndModel, sumByModel } from './group-days.ts';
import { periodOf } from './period.ts';
import { readCallers } from './read-callers.ts';
import { readDays } from './read-days.ts';
import { readPercentiles, type Percentiles } from './read-percentiles.ts';
import { readTotals } from './read-totals.ts';
import { type StatsInput, statsScope } from './stats-scope.ts';
import { viewSums } from './sums-view.ts';

const NONE: Percentiles = {
  latency_p50_ms: null,
  latency_p95_ms: null,
  ttft_p50_ms: null,
  ttft_p95_ms: null,
};

/**
 * What was called in a period and in the one just before, from the kept sums: totals, by day of the viewer's zone, by
 * model, by key, for everyone's also by user, and the failures by code. All sums of one moment, so that the parts
 * agree.
 * @throws AppError `forbidden` for `scope: all` of a user, `invalid_field` on `from`
 */
export async function getStats(deps: Deps, actor: UserActor, input: StatsInput): Promise<Stats> {
  const period = periodOf(input, Date.now());
  const { fromMs, toMs } = period;
  const scope = await statsScope(deps.em, actor, input);
  const { currency } = await readSettings(deps.em);
  const { where, isByModel, totalDays, keyDays } = scope;
  // Percentiles of a day need not agree with its sums to the call: they are read at the same time.
  const reading = input.percentiles
    ? viewSums(deps.em.fork(), (view) => readPercentiles(view, period, scope))
    : [];
  const summing = viewSums(deps.em, async (view) => ({
    rows: await readDays(view, period, scope),
    totals: await readTotals(view, { fromMs, toMs, where, isByModel, days: totalDays }),
    callers: await readCallers(view, { fromMs, toMs, where, isByModel: false, days: keyDays }),
  }));
  const [{ rows, totals, callers }, percentiles] = await Promise.all([summing, reading]);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    currency,
    totals: totals.current,
    previous: totals.previous,
    by_day: sumByDay(period.days, rows).map((day, index) => ({ ...day, ...(percentiles[index] ?? NONE) })),
    by_day_and_model: sumByDayAndModel(period.days, rows),
    by_model: sumByModel(rows),
    by_key: callers.keys,
    by_user: scope.isOfOne ? [] : callers.users,
    errors: byFrequency(totals.errors),
  };
}

function byFrequency(counts: Record<string, number>): Stats['errors'] {
  return Object.entries(counts)
    .map(([code, calls]) => ({ code, calls }))
    .toSorted((a, b) => b.calls - a.calls || a.code.localeCompare(b.code));
}
