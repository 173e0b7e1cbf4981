import type { Sql, SqlSession } from '@aigc/db/sql-session';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { BudgetId } from './budget-lease.ts';
import { OPEN_BUDGET } from './budget-lease.ts';
import { periodStart } from './budget-period.ts';
import type { BeginResult, SpendingNeed } from './call-books.ts';
import type { BegunCall } from './call.ts';

/** A row of `holds`, as far as ending its call needs it. */
export interface HoldRow {
  request_id: string;
  account_id: string | null;
  amount: string;
  budget: BudgetId | null;
}

const INSERT = {
  name: 'hold-insert',
  text: 'insert into aigcspace.holds (request_id, amount, instance_id, call) values ($1, 0, $2, $3::jsonb)',
};

/** Sets the amount aside and notes the call in one statement, so that concurrent calls cannot hold the same money. */
const HOLD = {
  name: 'hold-take',
  text: `with taken as (
      update aigcspace.accounts set held = held + $4::numeric, updated_at = now()
      where id = $5 and balance - held - leased >= $4::numeric returning id
    )
    insert into aigcspace.holds (account_id, request_id, amount, instance_id, call, budget)
    select id, $1, $4::numeric, $2, $3::jsonb, $6::jsonb from taken returning request_id`,
};

const AVAILABLE = {
  name: 'hold-available',
  text: 'select (balance - held - leased)::text as free from aigcspace.accounts where id = $1',
};

const HOLD_BUDGET = {
  name: 'hold-budget',
  text: `update aigcspace.key_budgets set leased = leased + $4::numeric, updated_at = now()
    where key_id = $1 and period = $2 and period_start = $3::date and spent + leased + $4::numeric <= $5::numeric
    returning key_id`,
};

const BUDGET_AVAILABLE = {
  name: 'hold-budget-available',
  text: `select greatest(0, $4::numeric - spent - leased)::text as free from aigcspace.key_budgets
    where key_id = $1 and period = $2 and period_start = $3::date`,
};

const LOCK_ACCOUNTS = {
  name: 'hold-lock-accounts',
  text: `select id from aigcspace.accounts
    where id in (select account_id from aigcspace.holds where request_id = any($1::text[]))
    order by id for no key update`,
};

const END = {
  name: 'hold-end',
  text: 'delete from aigcspace.holds where request_id = any($1::text[]) returning request_id, account_id, amount::text, budget',
};

const RELEASE = {
  name: 'hold-release',
  text: `update aigcspace.accounts a set held = a.held - t.amount, updated_at = now()
    from unnest($1::text[], $2::numeric[]) as t(id, amount) where a.id = t.id`,
};

const RELEASE_BUDGET = {
  name: 'hold-release-budget',
  text: `update aigcspace.key_budgets set leased = leased - $4::numeric, updated_at = now()
    where key_id = $1 and period = $2 and period_start = $3::date`,
};

const BEGUN: BeginResult = { begun: true };

/** Notes in the database that a call begins, and sets the most it can cost aside. */
export async function takeHold(
  session: SqlSession,
  instanceId: string,
  { call, need }: { call: BegunCall; need: SpendingNeed },
): Promise<BeginResult> {
  const row = [call.requestId, instanceId, JSON.stringify(call)];
  const { accountId, amount, budget } = need;
  if (accountId === null) {
    await session.query(INSERT, row);
    return BEGUN;
  }
  if (budget === null || amount === 0n) {
    const taken = await session.query(HOLD, [...row, fromUnits(amount), accountId, null]);
    return taken.length > 0 ? BEGUN : lackingBalance(session, accountId);
  }
  const id: BudgetId = {
    keyId: budget.keyId,
    period: budget.period,
    periodStart: periodStart(budget.period, Date.now()),
  };
  try {
    await session.transaction(async (sql) => {
      const taken = await sql.query(HOLD, [...row, fromUnits(amount), accountId, JSON.stringify(id)]);
      if (taken.length === 0) throw new RefusedError(await lackingBalance(sql, accountId));
      const place = [id.keyId, id.period, id.periodStart];
      await sql.query(OPEN_BUDGET, place);
      const held = await sql.query(HOLD_BUDGET, [...place, fromUnits(amount), fromUnits(budget.limit)]);
      if (held.length > 0) return;
      const [left] = await sql.query<{ free: string }>(BUDGET_AVAILABLE, [...place, fromUnits(budget.limit)]);
      throw new RefusedError({ begun: false, lacking: 'budget', available: toUnits(left?.free ?? '0') });
    });
    return BEGUN;
  } catch (error) {
    if (error instanceof RefusedError) return error.result;
    throw error;
  }
}

/** Rolls a hold back of which only a part could be taken. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly result: BeginResult;

  constructor(result: BeginResult) {
    super('the call is refused');
    this.result = result;
  }
}

async function lackingBalance(sql: Pick<Sql, 'query'>, accountId: string): Promise<BeginResult> {
  const [account] = await sql.query<{ free: string }>(AVAILABLE, [accountId]);
  return { begun: false, lacking: 'balance', available: toUnits(account?.free ?? '0') };
}

/** Ends holds in the caller's transaction: what they set aside is free again. Returns those there were. */
export async function endHolds(sql: Sql, requestIds: readonly string[]): Promise<HoldRow[]> {
  await sql.query(LOCK_ACCOUNTS, [requestIds]);
  const ended = await sql.query<HoldRow>(END, [requestIds]);
  const byAccount = new Map<string, MoneyUnits>();
  for (const { account_id: accountId, amount } of ended) {
    if (accountId !== null) byAccount.set(accountId, (byAccount.get(accountId) ?? 0n) + toUnits(amount));
  }
  if (byAccount.size > 0) {
    await sql.query(RELEASE, [[...byAccount.keys()], [...byAccount.values()].map(fromUnits)]);
  }
  const withBudget = ended.filter(({ budget }) => budget !== null).toSorted(byBudget);
  for (const { budget, amount } of withBudget) {
    if (budget !== null)
      await sql.query(RELEASE_BUDGET, [budget.keyId, budget.period, budget.periodStart, amount]);
  }
  return ended;
}

/** The order in which budgets are locked. */
function byBudget(a: HoldRow, b: HoldRow): number {
  const [first, second] = [a.budget, b.budget];
  if (first === null || second === null) return 0;
  if (first.keyId !== second.keyId) return first.keyId - second.keyId;
  const [one, other] = [first.period + first.periodStart, second.period + second.periodStart];
  return one < other ? -1 : Number(one > other);
}
