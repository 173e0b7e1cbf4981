import type { Sql } from '@aigc/db/sql-session';
import { freeClaims } from './free-claims.ts';
import { noteGone } from './instances.ts';

const LOCK_ACCOUNTS = {
  name: 'journal-close-lock-accounts',
  text: `select id from aigcspace.accounts where id in (select account_id from aigcspace.leases where journal_id = $1)
    order by id for no key update`,
};

const RELEASE_LEASES = {
  name: 'journal-close-leases',
  text: `with gone as (delete from aigcspace.leases where journal_id = $1 returning account_id, amount)
    update aigcspace.accounts a set leased = a.leased - gone.amount, updated_at = now()
    from gone where a.id = gone.account_id`,
};

const LOCK_BUDGETS = {
  name: 'journal-close-lock-budgets',
  text: `select b.key_id from aigcspace.key_budgets b
    join aigcspace.budget_leases l using (key_id, period, period_start) where l.journal_id = $1
    order by b.key_id, b.period, b.period_start for no key update of b`,
};

const RELEASE_BUDGETS = {
  name: 'journal-close-budgets',
  text: `with gone as (delete from aigcspace.budget_leases where journal_id = $1 returning *)
    update aigcspace.key_budgets b set leased = b.leased - gone.amount, updated_at = now()
    from gone where b.key_id = gone.key_id and b.period = gone.period and b.period_start = gone.period_start`,
};

const CLOSE = {
  name: 'journal-close',
  text: `update aigcspace.journal_positions set closed_at = now(), updated_at = now() where journal_id = $1`,
};

const FORGET_CLOSED = {
  name: 'journal-forget-closed',
  text: `delete from aigcspace.journal_positions where closed_at < now() - interval '7 days'`,
};

/**
 * Ends a journal whose records are all entered, in the caller's transaction: its leases are free again, and so are
 * the `Idempotency-Key`s whose calls never settled. Its process counts as gone. Nobody may use the journal any more.
 */
export async function endPosition(sql: Sql, journalId: string): Promise<void> {
  await sql.query(LOCK_ACCOUNTS, [journalId]);
  await sql.query(RELEASE_LEASES, [journalId]);
  await sql.query(LOCK_BUDGETS, [journalId]);
  await sql.query(RELEASE_BUDGETS, [journalId]);
  await freeClaims(sql, journalId);
  await sql.query(CLOSE, [journalId]);
  await sql.query(FORGET_CLOSED);
  await noteGone(sql, journalId);
}
