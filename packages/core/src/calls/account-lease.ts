import { fromUnits, toUnits } from '@aigc/shared/money-units';
import type { SqlSession } from '@aigc/db/sql-session';
import { CALLS_PER_LEASE, LEAST_SHARES, type LeaseTable } from './lease-table.ts';

const TAKE = {
  name: 'account-lease-take',
  text: `with free as (
      select id, balance - held - leased as free from aigcspace.accounts where id = $2 for no key update
    ), ask as (
      select id, greatest($3::numeric, least($4::numeric * ${CALLS_PER_LEASE}, trunc(free / ${LEAST_SHARES}, 10))) as amount
      from free where free >= $3::numeric
    ), taken as (
      update aigcspace.accounts a set leased = a.leased + ask.amount, updated_at = now()
      from ask where a.id = ask.id returning a.id, ask.amount
    )
    insert into aigcspace.leases as l (journal_id, account_id, amount) select $1, id, amount from taken
    on conflict (journal_id, account_id) do update set amount = l.amount + excluded.amount, updated_at = now()
    returning (select amount from taken)::text as granted`,
};

const LOOK = {
  name: 'account-lease-look',
  text: `select (balance - held - leased)::text as free, array(select journal_id from aigcspace.leases
      where account_id = $2 and journal_id <> $1 and amount > 0)::text[] as siblings
    from aigcspace.accounts where id = $2`,
};

const LOCK = {
  name: 'account-lease-lock',
  text: 'select id from aigcspace.accounts where id = $1 for no key update',
};

const KEEP = {
  name: 'account-lease-keep',
  text: `with back as (
      select account_id, amount - least(amount, $3::numeric) as amount from aigcspace.leases
      where journal_id = $1 and account_id = $2 for update
    ), smaller as (
      update aigcspace.leases l set amount = l.amount - back.amount, updated_at = now()
      from back where l.journal_id = $1 and l.account_id = back.account_id returning l.amount
    ), freed as (
      update aigcspace.accounts a set leased = a.leased - back.amount, updated_at = now()
      from back where a.id = back.account_id and back.amount > 0
    )
    select amount::text as kept from smaller`,
};

const FORGET = {
  name: 'account-lease-forget',
  text: 'delete from aigcspace.leases where journal_id = $1 and account_id = $2 and amount = 0',
};

/** Leases on an account's balance, for one journal. */
export function accountLease(sql: SqlSession, journalId: string, accountId: string): LeaseTable {
  return {
    subject: accountSubject(accountId),
    async take({ missing, hold }) {
      const values = [journalId, accountId, fromUnits(missing), fromUnits(hold)];
      const [row] = await sql.query<{ granted: string }>(TAKE, values);
      return row === undefined ? null : toUnits(row.granted);
    },
    async look() {
      const [row] = await sql.query<{ free: string; siblings: string[] }>(LOOK, [journalId, accountId]);
      return row === undefined
        ? { free: 0n, siblings: [] }
        : { free: toUnits(row.free), siblings: row.siblings };
    },
    async keep(tx, amount) {
      // Accounts before leases: the order in which everybody locks them.
      await tx.query(LOCK, [accountId]);
      const [row] = await tx.query<{ kept: string }>(KEEP, [journalId, accountId, fromUnits(amount)]);
      if (row === undefined) return 0n;
      await tx.query(FORGET, [journalId, accountId]);
      return toUnits(row.kept);
    },
  };
}

export function accountSubject(accountId: string): string {
  let subject = subjects.get(accountId);
  if (subject === undefined) {
    if (subjects.size >= MAX_KNOWN_SUBJECTS) subjects.clear();
    subject = `account ${accountId}`;
    subjects.set(accountId, subject);
  }
  return subject;
}

const MAX_KNOWN_SUBJECTS = 10_000;
/** The same text for the same account: every call asks for it, and tables find a text that they know much faster. */
const subjects = new Map<string, string>();

/** The account that a subject names; null: it names something else. */
export function accountOf(subject: string): string | null {
  return /^account (\S+)$/.exec(subject)?.[1] ?? null;
}
