import { fromUnits, toUnits } from '@aigc/shared/money-units';
import type { SqlSession } from '@aigc/db/sql-session';
import type { BudgetPeriod } from './call-books.ts';
import { CALLS_PER_LEASE, LEAST_SHARES, type LeaseTable } from './lease-table.ts';

/** One period of a key's budget. */
export interface BudgetId {
  keyId: number;
  period: BudgetPeriod;
  /** The first day, e.g. `2026-11-01`. */
  periodStart: string;
}

/** A budget begins with what the key has spent in its period already, so that setting one counts at once. */
export const OPEN_BUDGET = {
  name: 'budget-open',
  text: `insert into aigcspace.key_budgets (key_id, period, period_start, spent)
    select k.id, $2, $3::date, coalesce((select sum(cost) from aigcspace.call_rollups
      where api_key_id = k.id and hour >= $3::date::timestamp at time zone 'UTC'), 0)
    from aigcspace.platform_api_key k where k.id = $1 on conflict do nothing`,
};

const TAKE = {
  name: 'budget-lease-take',
  text: `with free as (
      select $7::numeric - spent - leased as free from aigcspace.key_budgets
      where key_id = $2 and period = $3 and period_start = $4::date for no key update
    ), ask as (
      select greatest($5::numeric, least($6::numeric * ${CALLS_PER_LEASE}, trunc(free / ${LEAST_SHARES}, 10))) as amount
      from free where free >= $5::numeric
    ), taken as (
      update aigcspace.key_budgets b set leased = b.leased + ask.amount, updated_at = now()
      from ask where b.key_id = $2 and b.period = $3 and b.period_start = $4::date returning ask.amount
    )
    insert into aigcspace.budget_leases as l (journal_id, key_id, period, period_start, amount)
    select $1, $2, $3, $4::date, amount from taken
    on conflict (journal_id, key_id, period, period_start)
      do update set amount = l.amount + excluded.amount, updated_at = now()
    returning (select amount from taken)::text as granted`,
};

const LOOK = {
  name: 'budget-lease-look',
  text: `select ($5::numeric - spent - leased)::text as free, array(select journal_id from aigcspace.budget_leases
      where key_id = $2 and period = $3 and period_start = $4::date and journal_id <> $1 and amount > 0)::text[] as siblings
    from aigcspace.key_budgets where key_id = $2 and period = $3 and period_start = $4::date`,
};

const LOCK = {
  name: 'budget-lease-lock',
  text: `select key_id from aigcspace.key_budgets
    where key_id = $1 and period = $2 and period_start = $3::date for no key update`,
};

const KEEP = {
  name: 'budget-lease-keep',
  text: `with back as (
      select amount - least(amount, $5::numeric) as amount from aigcspace.budget_leases
      where journal_id = $1 and key_id = $2 and period = $3 and period_start = $4::date for update
    ), smaller as (
      update aigcspace.budget_leases l set amount = l.amount - back.amount, updated_at = now()
      from back where l.journal_id = $1 and l.key_id = $2 and l.period = $3 and l.period_start = $4::date
      returning l.amount
    ), freed as (
      update aigcspace.key_budgets b set leased = b.leased - back.amount, updated_at = now()
      from back where b.key_id = $2 and b.period = $3 and b.period_start = $4::date and back.amount > 0
    )
    select amount::text as kept from smaller`,
};

const FORGET = {
  name: 'budget-lease-forget',
  text: `delete from aigcspace.budget_leases
    where journal_id = $1 and key_id = $2 and period = $3 and period_start = $4::date and amount = 0`,
};

/** Leases on one period of a key's budget, for one journal. */
export function budgetLease(sql: SqlSession, journalId: string, id: BudgetId): LeaseTable {
  const place = [id.keyId, id.period, id.periodStart];
  return {
    subject: budgetSubject(id),
    async take({ missing, hold, limit }) {
      const values = [journalId, ...place, fromUnits(missing), fromUnits(hold), fromUnits(limit)];
      const [row] = await sql.query<{ granted: string }>(TAKE, values);
      if (row !== undefined) return toUnits(row.granted);
      // The period's row may not be there yet.
      await sql.query(OPEN_BUDGET, place);
      const [again] = await sql.query<{ granted: string }>(TAKE, values);
      return again === undefined ? null : toUnits(again.granted);
    },
    async look(limit) {
      const values = [journalId, ...place, fromUnits(limit)];
      const [row] = await sql.query<{ free: string; siblings: string[] }>(LOOK, values);
      if (row === undefined) return { free: 0n, siblings: [] };
      const free = toUnits(row.free);
      // The limit may have been lowered below what is spent.
      return { free: free < 0n ? 0n : free, siblings: row.siblings };
    },
    async keep(tx, amount) {
      await tx.query(LOCK, place);
      const [row] = await tx.query<{ kept: string }>(KEEP, [journalId, ...place, fromUnits(amount)]);
      if (row === undefined) return 0n;
      await tx.query(FORGET, [journalId, ...place]);
      return toUnits(row.kept);
    },
  };
}

export function budgetSubject({ keyId, period, periodStart }: BudgetId): string {
  return `budget ${keyId} ${period} ${periodStart}`;
}

const SUBJECT = /^budget (\d+) (day|week|month|total) (\d{4}-\d\d-\d\d)$/;

/** The budget that a subject names; null: it names something else. */
export function budgetOf(subject: string): BudgetId | null {
  const match = SUBJECT.exec(subject);
  if (match === null) return null;
  const [, keyId = '', period = '', start = ''] = match;
  return { keyId: Number(keyId), period: period as BudgetPeriod, periodStart: start };
}
