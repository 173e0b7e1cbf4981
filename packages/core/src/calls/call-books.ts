import type { Money } from '@aigc/shared/money';
import type { MoneyUnits } from '@aigc/shared/money-units';
import type { BegunCall, CallOutcome } from './call.ts';

/** A key's budget: at most `limit` per period. Periods are of the calendar in UTC; `total` never resets. */
export interface KeyBudget {
  keyId: number;
  limit: MoneyUnits;
  period: BudgetPeriod;
}

export type BudgetPeriod = 'day' | 'week' | 'month' | 'total';

/** What a call needs before its upstream may be asked. */
export interface SpendingNeed {
  /** Null: a local model, which needs no money. */
  accountId: string | null;
  /** The most the call can cost. */
  amount: MoneyUnits;
  /** Null: the key has none. */
  budget: KeyBudget | null;
}

export type BeginResult =
  | { begun: true }
  /** `available` is what the account, or the key's budget, could still have covered. */
  | { begun: false; lacking: 'balance' | 'budget'; available: MoneyUnits };

/** An answer kept for repeats of the same `Idempotency-Key`; it travels inside the settlement. */
export interface KeptAnswer {
  status: number;
  contentType: string;
  /** Sealed. Null: too large to keep; a repeat is told so. */
  sealedBody: string | null;
}

/** A settlement: how a call ended, and what else becomes durable with it. */
export interface Settlement {
  call: BegunCall;
  outcome: CallOutcome;
  /** Null: the call had no `Idempotency-Key`. */
  idempotency: { claimId: string; answer: KeptAnswer | null } | null;
  /** Set by books that lend: what the bill is taken from. Absent: all of it from what the account has free. */
  spending?: SettledSpending | undefined;
}

/** Where the money of a settled call was set aside. Decimals, for it is written to the journal. */
export interface SettledSpending {
  accountId: string;
  /** How much of the bill the process's lease on the account covers. */
  covered: Money;
  /** Null: the key had no budget. */
  budget: { keyId: number; period: BudgetPeriod; periodStart: string; covered: Money } | null;
}

/**
 * Where calls are entered: the only writer of holds, bills and log rows. One implementation keeps them in
 * a journal that is drained into PostgreSQL, the other commits each to PostgreSQL (`SETTLE=database`).
 */
export interface CallBooks {
  /**
   * Sets the most a call can cost aside and notes that it begins. Answers at once when memory knows enough.
   * @throws AppError `service_unavailable` when neither memory nor the database can say
   */
  begin(call: BegunCall, need: SpendingNeed): BeginResult | Promise<BeginResult>;
  /**
   * Settles a call that has begun, once. Resolves when it can no longer be lost: only then may the end of a
   * successful answer be sent. `begun` is the very object that `begin` was given; absent: the settlement's own.
   * @throws AppError `service_unavailable` when it could not be made durable as a success; the call is then entered
   * as failed, as its client saw it
   */
  settle(settlement: Settlement, begun?: BegunCall): Promise<void>;
  /** Enters a refused call, without anybody waiting for it. Never throws. */
  refuse(call: BegunCall, outcome: CallOutcome): void;
  /** Waits until everything settled so far is in PostgreSQL, at most `timeoutMs`. False: it is not. */
  flush(timeoutMs: number): Promise<boolean>;
  /**
   * What running calls hold in this process's memory, by account, where it is more than nothing. Holds that have rows in
   * the database are not among them.
   */
  runningHolds(): ReadonlyMap<string, Money>;
  /** For readiness and metrics. */
  status(): BooksStatus;
  /** Drains what can be drained, gives leases back, and ends. */
  close(): Promise<void>;
}

export interface BooksStatus {
  /** Settled on disk but not yet in PostgreSQL. */
  undrainedCalls: number;
  undrainedBytes: number;
  /** How long the oldest of them waits. */
  oldestUndrainedMs: number;
  /** Records that PostgreSQL refused and that were set aside, since the start. */
  quarantined: number;
  /** Accounts and budgets this process holds spending power for. */
  leases: number;
  /** The sum of that power that no call uses. */
  idleLeased: Money;
  /** False: new calls are refused until it is true again. */
  acceptsCalls: boolean;
}
