import type { EntityManager } from '@mikro-orm/postgresql';
import type { Stats } from '@aigc/shared/schemas/stats';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { readSettings } from '../settings/settings.ts';
import { sumByDay, sumByDayAndModel, sumByModel } from './group-days.ts';
import { hourOf, periodOf } from './period.ts';
import { readDays } from './read-days.ts';
import { readTotals } from './read-totals.ts';
import { rollupCondition, type StatsInput } from './rollup-condition.ts';
import { byCostThenCalls, SELECT_SUMS, type SumsRow, toSums } from './sums.ts';

/**
 * What was called in a period and in the one just before, from the hourly sums: totals, by day of the
 * viewer's zone, by model, by key, and the failures by code.
 * @throws AppError `forbidden` for `scope: all` of a user, `invalid_field` on `from`
 */
export async function getStats(deps: Deps, actor: UserActor, input: StatsInput): Promise<Stats> {
  const { em } = deps;
  const period = periodOf(input, Date.now());
  const { fromMs, toMs } = period;
  const condition = rollupCondition(actor, input, period);
  const both = rollupCondition(actor, input, { fromMs: fromMs - (toMs - fromMs), toMs });
  const { currency } = await readSettings(em);
  const rows = await readDays(em, period, condition);
  const totals = await readTotals(em, hourOf(fromMs), both);
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    currency,
    totals: totals.current,
    previous: totals.previous,
    by_day: sumByDay(period.days, rows),
    by_day_and_model: sumByDayAndModel(period.days, rows),
    by_model: sumByModel(rows),
    by_key: await readKeys(em, condition),
    errors: byFrequency(totals.errors),
  };
}

interface KeyRow extends SumsRow {
  api_key_id: number;
  name: string | null;
}

/** Sums by key, dearest first. Null stands for the playground; a deleted key has no name any more. */
async function readKeys(em: EntityManager, condition: Condition): Promise<Stats['by_key']> {
  const rows = await em.execute<KeyRow[]>(
    `select r.api_key_id, k.name, ${SELECT_SUMS}
     from aigcspace.call_rollups r left join aigcspace.platform_api_key k on k.id = r.api_key_id
     where ${condition.sql} group by r.api_key_id, k.name`,
    condition.params,
  );
  return rows
    .map((row) => ({ api_key_id: row.api_key_id || null, name: row.name, ...toSums(row) }))
    .toSorted(byCostThenCalls);
}

function byFrequency(counts: Record<string, number>): Stats['errors'] {
  return Object.entries(counts)
    .map(([code, calls]) => ({ code, calls }))
    .toSorted((a, b) => b.calls - a.calls || a.code.localeCompare(b.code));
}
