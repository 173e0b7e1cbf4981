import { setImmediate } from 'node:timers/promises';
import { CopyLines } from '@aigc/db/copy-lines';
import type { Sql } from '@aigc/db/sql-session';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import {
  bearUncollected,
  bookBills,
  LEDGER_TARGET,
  type Bill,
  type LockedAccount,
  type UncollectedBill,
} from './account-bills.ts';
import { REFERENCES_LOCK } from '@aigc/db/references-lock';
import { addRollupRows } from './add-rollup-rows.ts';
import { announce, CALLS_CHANNEL, MAX_NAMED_CALLS, type CallAnnouncement } from './call-announcement.ts';
import type { Settlement } from './call-books.ts';
import { databaseText } from './database-text.ts';
import { enterBudgets } from './enter-budgets.ts';
import { inTurns } from './in-turns.ts';
import { LOG_TARGET, LOG_TARGET_WITH_ID, logRow, type LiveReferences } from './log-rows.ts';
import { sumIntoRows } from './rollup-rows.ts';
import { LOCK_ROLLUPS } from './rollup-sql.ts';

/** The platform's own account; `uncollected` entries are booked here. Made by the first migration. */
const PLATFORM_ACCOUNT_ID = 'acc_platform';

/** Statements see what is committed when they begin, so the locks are waited for in one of their own. */
const LOCK = {
  name: 'settle-lock',
  text: `${LOCK_ROLLUPS}, pg_advisory_xact_lock_shared(${REFERENCES_LOCK})`,
};

const FIND_REFERENCES = {
  name: 'settle-references',
  text: `select array(select id from aigcspace.projects where id = any($1::text[]))::text[] as projects,
      array(select id from aigcspace.platform_api_key where id = any($2::int[])) as keys,
      array(select id from aigcspace.models where id = any($3::int[])) as models`,
};

const NEXT_IDS = {
  name: 'settle-ids',
  text: `select array(select nextval(pg_get_serial_sequence('aigcspace.api_call_log', 'id'))
    from generate_series(1, $1::int))::text[] as ids`,
};

const LOCK_ACCOUNTS = {
  name: 'settle-accounts-lock',
  text: `select id, balance::text, held::text, leased::text from aigcspace.accounts
    where id = any($1::text[]) order by id for no key update`,
};

const FIND_ACCOUNTS = {
  name: 'settle-accounts-find',
  text: 'select id, organisation_id from aigcspace.accounts where organisation_id = any($1::text[])',
};

/** Takes what was spent out of a journal's leases; a lease that has less (it was given up) gives what it has. */
const REDUCE_LEASES = {
  name: 'settle-leases',
  text: `update aigcspace.leases l set amount = l.amount - s.amount, updated_at = now()
    from (select o.account_id, least(o.amount, t.amount) as amount from unnest($2::text[], $3::numeric[]) as t(id, amount)
      join aigcspace.leases o on o.journal_id = $1 and o.account_id = t.id) s
    where l.journal_id = $1 and l.account_id = s.account_id returning l.account_id as id, s.amount::text as amount`,
};

const UPDATE_ACCOUNTS = {
  name: 'settle-accounts-update',
  text: `update aigcspace.accounts a set balance = t.balance, leased = t.leased, updated_at = now()
    from unnest($1::text[], $2::numeric[], $3::numeric[]) as t(id, balance, leased) where a.id = t.id`,
};

const KEEP_ANSWER = {
  name: 'settle-claim-answer',
  text: `update aigcspace.idempotency_claims set answer_status = $2, answer_content_type = $3, sealed_answer = $4,
      answered_at = now() where request_id = $1 and answered_at is null`,
};

const FREE_CLAIM = {
  name: 'settle-claim-free',
  text: 'delete from aigcspace.idempotency_claims where request_id = $1 and answered_at is null',
};

const NOTIFY = { name: 'settle-notify', text: 'select pg_notify($1, $2)' };

/** What settlements of one journal have taken out of its leases, by account. */
type Taken = ReadonlyMap<string, MoneyUnits>;

/**
 * Enters settlements in the caller's transaction: log rows, ledger entries, balances, leases, budgets, hourly sums,
 * kept answers, and the announcement of it all. None of the calls may be in the log yet.
 *
 * A bill above what its lease covers is taken from the free balance; what is still missing becomes an `uncollected`
 * entry of the platform. Locks are taken in an order that every writer keeps.
 */
export async function enterSettlements(
  sql: Sql,
  journalId: string,
  settlements: readonly Settlement[],
): Promise<void> {
  if (settlements.length === 0) return;
  // Before anything is locked that others wait for.
  const sums = await sumIntoRows(settlements);
  await sql.query(LOCK);
  const live = await findReferences(sql, settlements);
  const areNamed = settlements.length <= MAX_NAMED_CALLS;
  // Of a large batch only the place where it begins is told, so that its rows get their ids as they are written.
  const ids = await nextIds(sql, areNamed ? settlements.length : 1);
  const rows = await logRows(settlements, areNamed ? ids : [], live);
  await sql.copy(areNamed ? LOG_TARGET_WITH_ID : LOG_TARGET, rows);
  await enterBills(sql, journalId, settlements);
  await enterBudgets(sql, journalId, settlements);
  await addRollupRows(sql, sums);
  await settleClaims(sql, settlements);
  const named = areNamed ? settlements.map((each, index) => announcementOf(each, ids[index] ?? '')) : [];
  const first = { id: ids[0] ?? '', beganAt: firstBeginOf(settlements) };
  await sql.query(NOTIFY, [CALLS_CHANNEL, announce(named, first)]);
}

function firstBeginOf(settlements: readonly Settlement[]): string {
  return settlements.reduce(
    (first, { call }) => (first !== '' && first < call.createdAt ? first : call.createdAt),
    '',
  );
}

function announcementOf({ call, outcome }: Settlement, id: string): CallAnnouncement {
  return {
    id,
    request_id: call.requestId,
    user_id: call.userId,
    organisation_id: call.organisationId,
    api_key_id: call.apiKeyId,
    model_name: databaseText(call.modelName, 255),
    status: outcome.status,
  };
}

async function nextIds(sql: Sql, count: number): Promise<string[]> {
  const [row] = await sql.query<{ ids: string[] }>(NEXT_IDS, [count]);
  return row?.ids ?? [];
}

/** A row takes longer than other work on a call. */
const ROWS_AT_ONCE = 100;

/** `ids`: of the rows; none: they get theirs as they are written. */
async function logRows(
  settlements: readonly Settlement[],
  ids: readonly string[],
  live: LiveReferences,
): Promise<CopyLines> {
  const rows = new CopyLines();
  await inTurns(
    settlements,
    (settlement, index) => {
      const id = ids[index];
      rows.add((id === undefined ? '' : `${id}\t`) + logRow(settlement, live));
    },
    ROWS_AT_ONCE,
  );
  return rows;
}

/** They stay while the transaction lasts. */
async function findReferences(sql: Sql, settlements: readonly Settlement[]): Promise<LiveReferences> {
  const projects = new Set<string>();
  const keys = new Set<number>();
  const models = new Set<number>();
  await inTurns(settlements, ({ call }) => {
    projects.add(call.projectId);
    if (call.apiKeyId !== null) keys.add(call.apiKeyId);
    if (call.modelId !== null) models.add(call.modelId);
  });
  const [row] = await sql.query<{ projects: string[]; keys: number[]; models: number[] }>(FIND_REFERENCES, [
    [...projects],
    [...keys],
    [...models],
  ]);
  return {
    projects: new Set(row?.projects),
    keys: new Set(row?.keys),
    models: new Set(row?.models),
  };
}

/** Bills booked in one go, of one account or of several. */
const BILLS_AT_ONCE = 250;

function* partsOf<T>(all: readonly T[]): Generator<readonly T[], void> {
  if (all.length <= BILLS_AT_ONCE) yield all;
  else
    for (let from = 0; from < all.length; from += BILLS_AT_ONCE) yield all.slice(from, from + BILLS_AT_ONCE);
}

async function enterBills(sql: Sql, journalId: string, settlements: readonly Settlement[]): Promise<void> {
  const bills = await billsByAccount(sql, settlements);
  if (bills.size === 0) return;
  const locked = await sql.query<{ id: string; balance: string; held: string; leased: string }>(
    LOCK_ACCOUNTS,
    [[...bills.keys()]],
  );
  if (locked.length < bills.size) throw new Error(`an account of ${[...bills.keys()].join(', ')} is missing`);
  const taken = await reduceLeases(sql, journalId, bills);
  const lines = new CopyLines();
  const booked: LockedAccount[] = [];
  const uncollected: UncollectedBill[] = [];
  let bookedSince = 0;
  for (const { id, ...row } of locked) {
    const account = {
      id,
      balance: toUnits(row.balance),
      held: toUnits(row.held),
      leased: toUnits(row.leased),
    };
    let after: LockedAccount & { leaseLeft: MoneyUnits } = { ...account, leaseLeft: taken.get(id) ?? 0n };
    for (const part of partsOf(bills.get(id)?.settlements ?? [])) {
      const { entries, uncollected: missing, ...rest } = bookBills(after, part.map(billOf), after.leaseLeft);
      lines.add(entries);
      uncollected.push(...missing);
      after = rest;
      bookedSince += part.length;
      if (bookedSince < BILLS_AT_ONCE) continue;
      bookedSince = 0;
      await setImmediate();
    }
    booked.push(after);
  }
  if (uncollected.length > 0) {
    // Last, because everybody's missing bills end here.
    const [platform] = await sql.query<{ balance: string; held: string; leased: string }>(LOCK_ACCOUNTS, [
      [PLATFORM_ACCOUNT_ID],
    ]);
    if (platform === undefined) throw new Error('the platform has no account');
    const borne = bearUncollected(PLATFORM_ACCOUNT_ID, toUnits(platform.balance), uncollected);
    lines.add(borne.entries);
    await sql.query(UPDATE_ACCOUNTS, [[PLATFORM_ACCOUNT_ID], [fromUnits(borne.balance)], [platform.leased]]);
  }
  await sql.query(UPDATE_ACCOUNTS, [
    booked.map(({ id }) => id),
    booked.map(({ balance }) => fromUnits(balance)),
    booked.map(({ leased }) => fromUnits(leased)),
  ]);
  if (lines.pieces.length > 0) await sql.copy(LEDGER_TARGET, lines);
}

/** What is to be paid from an account, in order, and how much of it a lease was lent for. */
interface AccountBills {
  settlements: Settlement[];
  covered: MoneyUnits;
}

async function billsByAccount(
  sql: Sql,
  settlements: readonly Settlement[],
): Promise<Map<string, AccountBills>> {
  const accountOf = await accountsOfOrganisations(sql, settlements);
  const bills = new Map<string, AccountBills>();
  await inTurns(settlements, (settlement) => {
    const { call, outcome, spending } = settlement;
    if (toUnits(outcome.bill) === 0n) return;
    const accountId = spending?.accountId ?? accountOf.get(call.organisationId);
    if (accountId === undefined) throw new Error(`organisation ${call.organisationId} has no account`);
    let ofAccount = bills.get(accountId);
    if (ofAccount === undefined) bills.set(accountId, (ofAccount = { settlements: [], covered: 0n }));
    ofAccount.settlements.push(settlement);
    ofAccount.covered += coveredBy(settlement);
  });
  return bills;
}

function billOf(settlement: Settlement): Bill {
  const { call, outcome } = settlement;
  const { requestId, createdAt } = call;
  return { requestId, createdAt, amount: toUnits(outcome.bill), covered: coveredBy(settlement) };
}

/** How much of the bill a lease was lent for. */
function coveredBy({ spending }: Settlement): MoneyUnits {
  return spending === undefined ? 0n : toUnits(spending.covered);
}

/** Only for bills whose settlement does not name the account. */
async function accountsOfOrganisations(
  sql: Sql,
  settlements: readonly Settlement[],
): Promise<ReadonlyMap<string, string>> {
  const unnamed = settlements.filter(
    ({ spending, outcome }) => spending === undefined && toUnits(outcome.bill) > 0n,
  );
  if (unnamed.length === 0) return new Map();
  const organisations = [...new Set(unnamed.map(({ call }) => call.organisationId))];
  const rows = await sql.query<{ id: string; organisation_id: string }>(FIND_ACCOUNTS, [organisations]);
  return new Map(rows.map(({ id, organisation_id: organisation }) => [organisation, id]));
}

async function reduceLeases(
  sql: Sql,
  journalId: string,
  bills: ReadonlyMap<string, AccountBills>,
): Promise<Taken> {
  const covered = [...bills.entries()]
    .map(([id, each]) => ({ id, amount: each.covered }))
    .filter(({ amount }) => amount > 0n);
  if (covered.length === 0) return new Map();
  const rows = await sql.query<{ id: string; amount: string }>(REDUCE_LEASES, [
    journalId,
    covered.map(({ id }) => id),
    covered.map(({ amount }) => fromUnits(amount)),
  ]);
  return new Map(rows.map(({ id, amount }) => [id, toUnits(amount)]));
}

async function settleClaims(sql: Sql, settlements: readonly Settlement[]): Promise<void> {
  for (const { idempotency } of settlements) {
    if (idempotency === null) continue;
    const { claimId, answer } = idempotency;
    if (answer === null) await sql.query(FREE_CLAIM, [claimId]);
    else {
      const contentType = answer.contentType.slice(0, 100);
      await sql.query(KEEP_ANSWER, [claimId, answer.status, contentType, answer.sealedBody]);
    }
  }
}
