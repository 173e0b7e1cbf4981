import type { EntityManager } from '@mikro-orm/postgresql';
import { trimMoney } from '@aigc/shared/money';

/** An account whose figure is not what it has to be: both as decimals. */
export interface BookFault {
  account_id: string;
  /** Whose account it is: the owner's e-mail address, else the organisation's name. */
  owner: string;
  found: string;
  expected: string;
}

const OWNER = `
  coalesce((select u.email from aigcspace.memberships m join aigcspace.users u on u.id = m.user_id
    where m.organisation_id = o.id and m.role = 'owner' order by m.created_at limit 1), o.name) as owner`;

/** Accounts whose balance is not the sum of their ledger entries. One statement, so that running calls cannot disturb it. */
export async function findUnbalancedAccounts(em: EntityManager): Promise<BookFault[]> {
  const rows = await em.execute<BookFault[]>(
    `select a.id as account_id, ${OWNER}, a.balance::text as found, coalesce(l.total, 0)::text as expected
     from aigcspace.accounts a
     join aigcspace.organisations o on o.id = a.organisation_id
     left join (select account_id, sum(amount) as total from aigcspace.ledger_entries group by account_id) l
       on l.account_id = a.id
     where a.balance <> coalesce(l.total, 0) order by a.id`,
  );
  return rows.map(trimmed);
}

/** Accounts whose held part is not the sum of the holds of running calls. */
export async function findWrongHeld(em: EntityManager): Promise<BookFault[]> {
  const rows = await em.execute<BookFault[]>(
    `select a.id as account_id, ${OWNER}, a.held::text as found, coalesce(h.total, 0)::text as expected
     from aigcspace.accounts a
     join aigcspace.organisations o on o.id = a.organisation_id
     left join (select account_id, sum(amount) as total from aigcspace.holds group by account_id) h
       on h.account_id = a.id
     where a.held <> coalesce(h.total, 0) order by a.id`,
  );
  return rows.map(trimmed);
}

/** Accounts whose leased part is not the sum of what processes were lent. */
export async function findWrongLeased(em: EntityManager): Promise<BookFault[]> {
  const rows = await em.execute<BookFault[]>(
    `select a.id as account_id, ${OWNER}, a.leased::text as found, coalesce(l.total, 0)::text as expected
     from aigcspace.accounts a
     join aigcspace.organisations o on o.id = a.organisation_id
     left join (select account_id, sum(amount) as total from aigcspace.leases group by account_id) l
       on l.account_id = a.id
     where a.leased <> coalesce(l.total, 0) order by a.id`,
  );
  return rows.map(trimmed);
}

/** Periods of key budgets whose leased part is not the sum of leases and holds on them. */
export async function countWrongBudgets(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ wrong: number }[]>(
    `select count(*)::int as wrong from aigcspace.key_budgets b
     where b.leased <> coalesce((select sum(l.amount) from aigcspace.budget_leases l
         where l.key_id = b.key_id and l.period = b.period and l.period_start = b.period_start), 0)
       + coalesce((select sum(h.amount) from aigcspace.holds h where (h.budget ->> 'keyId')::int = b.key_id
         and h.budget ->> 'period' = b.period and (h.budget ->> 'periodStart')::date = b.period_start), 0)`,
  );
  return row?.wrong ?? 0;
}

/** A call whose bill is not what its own row says that it must be: both as decimals. */
export interface BillFault {
  request_id: string;
  found: string;
  expected: string;
}

/** Of the newest calls, so many: those whose bill does not follow from the prices and the usage stored with it. */
export async function findWrongBills(em: EntityManager, newest: number): Promise<BillFault[]> {
  const rows = await em.execute<BillFault[]>(
    `select request_id, bill::text as found, expected::text from (
       select request_id, bill, aigcspace.bill_of(input_tokens, output_tokens, cached_tokens, usage_details,
         input_price, output_price, extra_prices) as expected
       from (select * from aigcspace.api_call_log order by created_at desc, id desc limit ?) newest
     ) calls where bill <> expected`,
    [newest],
  );
  return rows.map((row) => ({ ...row, found: trimMoney(row.found), expected: trimMoney(row.expected) }));
}

function trimmed(fault: BookFault): BookFault {
  return { ...fault, found: trimMoney(fault.found), expected: trimMoney(fault.expected) };
}
