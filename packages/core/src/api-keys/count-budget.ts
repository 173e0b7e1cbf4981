import type { EntityManager } from '@mikro-orm/postgresql';
import type { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { periodStart } from '../calls/budget-period.ts';

/**
 * Counts anew what a key has spent in the current period of its budget: while it had none, or one of another period,
 * its calls were not counted against it. Calls that run at this moment began without the budget and stay uncounted.
 */
export async function countBudget(
  em: EntityManager,
  { id, budgetPeriod: period }: Pick<PlatformApiKey, 'id' | 'budgetPeriod'>,
): Promise<void> {
  if (period === null || period === undefined) return;
  const place = [id, period, periodStart(period, Date.now())];
  await em.transactional(async (tx) => {
    await tx.execute(
      'insert into aigcspace.key_budgets (key_id, period, period_start) values (?, ?, ?::date) on conflict do nothing',
      place,
    );
    // Whoever enters bills at this moment is waited for, so that the sums below hold what it adds here.
    await tx.execute(
      'select 1 from aigcspace.key_budgets where key_id = ? and period = ? and period_start = ?::date for no key update',
      place,
    );
    await tx.execute(
      `update aigcspace.key_budgets b set updated_at = now(), spent = coalesce((
         select sum(cost) from aigcspace.call_rollups
         where api_key_id = b.key_id and hour >= b.period_start::timestamp at time zone 'UTC'), 0)
       where key_id = ? and period = ? and period_start = ?::date`,
      place,
    );
  });
}
