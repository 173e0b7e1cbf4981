import type { Sql } from '@aigc/db/sql-session';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import { budgetSubject, type BudgetId } from './budget-lease.ts';
import type { Settlement } from './call-books.ts';
import { inTurns } from './in-turns.ts';

const LOCK = {
  name: 'settle-budgets-lock',
  text: `select b.key_id from aigcspace.key_budgets b
    join unnest($1::int[], $2::text[], $3::date[]) as t(key_id, period, period_start) using (key_id, period, period_start)
    order by b.key_id, b.period, b.period_start for no key update of b`,
};

/** A lease that has less than was spent (it was given up) gives what it has. */
const ENTER = {
  name: 'settle-budgets',
  text: `with spent as (
      select * from unnest($2::int[], $3::text[], $4::date[], $5::numeric[], $6::numeric[])
        as t(key_id, period, period_start, bill, covered)
    ), lent as (
      select l.key_id, l.period, l.period_start, least(l.amount, s.covered) as amount
      from spent s join aigcspace.budget_leases l on l.journal_id = $1
        and l.key_id = s.key_id and l.period = s.period and l.period_start = s.period_start
    ), reduced as (
      update aigcspace.budget_leases l set amount = l.amount - lent.amount, updated_at = now()
      from lent where l.journal_id = $1
        and l.key_id = lent.key_id and l.period = lent.period and l.period_start = lent.period_start
    )
    update aigcspace.key_budgets b set spent = b.spent + s.bill, leased = b.leased - coalesce(lent.amount, 0), updated_at = now()
    from spent s left join lent using (key_id, period, period_start)
    where b.key_id = s.key_id and b.period = s.period and b.period_start = s.period_start`,
};

interface Spent {
  id: BudgetId;
  bill: MoneyUnits;
  covered: MoneyUnits;
}

/** Counts bills against the budgets of their keys, and takes them out of the journal's leases on those. */
export async function enterBudgets(
  sql: Sql,
  journalId: string,
  settlements: readonly Settlement[],
): Promise<void> {
  const spent = new Map<string, Spent>();
  await inTurns(settlements, ({ outcome, spending }) => {
    const budget = spending?.budget ?? null;
    if (budget === null) return;
    const bill = toUnits(outcome.bill);
    if (bill === 0n) return;
    const subject = budgetSubject(budget);
    const sum = spent.get(subject) ?? { id: budget, bill: 0n, covered: 0n };
    sum.bill += bill;
    sum.covered += toUnits(budget.covered);
    spent.set(subject, sum);
  });
  if (spent.size === 0) return;
  const all = [...spent.values()];
  const place = [
    all.map(({ id }) => id.keyId),
    all.map(({ id }) => id.period),
    all.map(({ id }) => id.periodStart),
  ];
  await sql.query(LOCK, place);
  await sql.query(ENTER, [
    journalId,
    ...place,
    all.map(({ bill }) => fromUnits(bill)),
    all.map(({ covered }) => fromUnits(covered)),
  ]);
}
