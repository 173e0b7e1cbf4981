import type { Money } from '@aigc/shared/money';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { Sql, SqlSession } from '@aigc/db/sql-session';
import { accountLease, accountOf, accountSubject } from './account-lease.ts';
import { budgetLease, budgetOf, budgetSubject, type BudgetId } from './budget-lease.ts';
import { periodStart } from './budget-period.ts';
import type { BeginResult, KeyBudget, SettledSpending, SpendingNeed } from './call-books.ts';
import type { LeaseDesk, LeaseEntry } from './lease-desk.ts';

/** What an open call has reserved, and of what. */
export interface CallPower {
  amount: MoneyUnits;
  account: { id: string; entry: LeaseEntry } | null;
  budget: { id: BudgetId; entry: LeaseEntry } | null;
}

const NOTHING: CallPower = { amount: 0n, account: null, budget: null };
const BEGUN: BeginResult = { begun: true };

export interface CallPowersOptions {
  journalId: string;
  desk: LeaseDesk;
  /** For taking leases. */
  session: SqlSession;
  nowMs?: () => number;
}

/** Reserves what calls may cost, of their accounts and of their keys' budgets: both or neither. */
export class CallPowers {
  readonly #options: CallPowersOptions;
  readonly #nowMs: () => number;

  constructor(options: CallPowersOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => Date.now());
  }

  /** From memory; null: memory does not cover it, or not yet. */
  tryReserve(need: SpendingNeed): CallPower | null {
    const { accountId, amount, budget } = need;
    if (accountId === null) return NOTHING;
    const power = this.#open(accountId, amount, budget);
    const { desk } = this.#options;
    if (amount === 0n) return power;
    if (power.account === null || !desk.tryReserve(power.account.entry, amount)) return null;
    if (power.budget === null || desk.tryReserve(power.budget.entry, amount)) return power;
    power.account.entry.power.release(amount);
    return null;
  }

  /** With larger leases if need be. @throws AppError `service_unavailable` */
  async reserve(need: SpendingNeed): Promise<{ result: BeginResult; power: CallPower }> {
    const { accountId, amount, budget } = need;
    if (accountId === null) return { result: BEGUN, power: NOTHING };
    const power = this.#open(accountId, amount, budget);
    if (power.account === null || amount === 0n) return { result: BEGUN, power };
    const { desk } = this.#options;
    const ofAccount = await desk.reserve(power.account.entry, amount);
    if (!ofAccount.reserved) {
      return { result: { begun: false, lacking: 'balance', available: ofAccount.available }, power: NOTHING };
    }
    if (budget === null) return { result: BEGUN, power };
    // Looked up anew: what lay idle while the account was waited for may have been forgotten.
    power.budget = this.#budget(budget);
    try {
      const ofBudget = await desk.reserve(power.budget.entry, amount);
      if (ofBudget.reserved) return { result: BEGUN, power };
      power.account.entry.power.release(amount);
      return { result: { begun: false, lacking: 'budget', available: ofBudget.available }, power: NOTHING };
    } catch (error) {
      power.account.entry.power.release(amount);
      throw error;
    }
  }

  /** Turns a reservation into a bill. Undefined: the call needed no money. */
  spend(power: CallPower, bill: MoneyUnits): SettledSpending | undefined {
    const { amount, account, budget } = power;
    if (account === null) return undefined;
    const covered = account.entry.power.spend(amount, bill);
    return {
      accountId: account.id,
      covered: fromUnits(covered),
      budget:
        budget === null ? null : { ...budget.id, covered: fromUnits(budget.entry.power.spend(amount, bill)) },
    };
  }

  /**
   * Takes a bill back that is not charged: nothing of it is covered any more. It may have been entered all the same,
   * by a transaction whose answer was lost, so what is free is compared with the row first.
   */
  unspend(spending: SettledSpending | undefined): SettledSpending | undefined {
    if (spending === undefined) return undefined;
    const { accountId, covered, budget } = spending;
    const { desk } = this.#options;
    const takeBack = (subject: string, amount: Money): void => {
      const entry = desk.find(subject);
      if (entry === undefined) return;
      entry.power.unspend(toUnits(amount));
      desk.distrust(entry);
    };
    takeBack(accountSubject(accountId), covered);
    if (budget !== null) takeBack(budgetSubject(budget), budget.covered);
    const none = fromUnits(0n);
    return { accountId, covered: none, budget: budget === null ? null : { ...budget, covered: none } };
  }

  /** Gives back what lies idle of a subject, whether memory knows of a lease on it or not. */
  async giveBack(subject: string, after: (sql: Sql) => Promise<void>): Promise<void> {
    const { desk, session, journalId } = this.#options;
    const accountId = accountOf(subject);
    const id = budgetOf(subject);
    if (accountId !== null) {
      const entry = desk.entry(subject, () => accountLease(session, journalId, accountId));
      await desk.giveBack(entry, after);
    } else if (id !== null) {
      const entry = desk.entry(subject, () => budgetLease(session, journalId, id));
      await desk.giveBack(entry, after);
    }
  }

  #open(accountId: string, amount: MoneyUnits, budget: KeyBudget | null): CallPower {
    const { desk, session, journalId } = this.#options;
    const entry = desk.entry(accountSubject(accountId), () => accountLease(session, journalId, accountId));
    return {
      amount,
      account: { id: accountId, entry },
      budget: budget === null ? null : this.#budget(budget),
    };
  }

  #budget({ keyId, period, limit }: KeyBudget): { id: BudgetId; entry: LeaseEntry } {
    const { desk, session, journalId } = this.#options;
    const id = { keyId, period, periodStart: periodStart(period, this.#nowMs()) };
    const entry = desk.entry(budgetSubject(id), () => budgetLease(session, journalId, id));
    if (entry.limit !== limit) desk.setLimit(entry, limit);
    return { id, entry };
  }
}
