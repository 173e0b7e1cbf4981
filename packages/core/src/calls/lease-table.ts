import type { MoneyUnits } from '@aigc/shared/money-units';
import type { Sql } from '@aigc/db/sql-session';

/** What a lease is asked for. */
export interface LeaseAsk {
  /** At least this must be lent, or nothing is. */
  missing: MoneyUnits;
  /** The hold of one call, by which more is lent if there is plenty. */
  hold: MoneyUnits;
  /** Of a budget, as it is now. Accounts have none: their balance is the limit. */
  limit: MoneyUnits;
}

export interface LeaseStanding {
  /** What nobody has been lent. */
  free: MoneyUnits;
  /** Other journals that were lent a part. */
  siblings: string[];
}

/** Where leases on one thing (an account, a budget) are kept: rows in the database. */
export interface LeaseTable {
  /** Names the thing, among all things that can be lent of. */
  readonly subject: string;
  /** Lends in one conditional statement, committed when this resolves. Null: there is not as much. */
  take(ask: LeaseAsk): Promise<MoneyUnits | null>;
  /** What could be lent, and who else was lent a part. */
  look(limit: MoneyUnits): Promise<LeaseStanding>;
  /** Gives back what the lease has above `amount`, in a transaction. Returns what is left of it. */
  keep(sql: Sql, amount: MoneyUnits): Promise<MoneyUnits>;
}

/** A lease is sized for this many calls like the one that asks … */
export const CALLS_PER_LEASE = 64;
/** … but takes at most this share of what is free, unless the one call needs more. */
export const LEAST_SHARES = 8;
