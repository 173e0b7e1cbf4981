import { fromUnits, type MoneyUnits } from '@aigc/shared/money-units';
import { copyValue } from '@aigc/db/copy-in';

/** An account under its lock. */
export interface LockedAccount {
  id: string;
  balance: MoneyUnits;
  held: MoneyUnits;
  leased: MoneyUnits;
}

/** A bill to be taken from an account. */
export interface Bill {
  requestId: string;
  createdAt: string;
  amount: MoneyUnits;
  /** The part that the lease was lent for. */
  covered: MoneyUnits;
}

export interface UncollectedBill {
  requestId: string;
  createdAt: string;
  missing: MoneyUnits;
}

export interface BookedAccount extends LockedAccount {
  /** Lines of COPY for the ledger, in the order of the bills. */
  entries: string;
  uncollected: UncollectedBill[];
  /** Of the lease, for the bills that follow. */
  leaseLeft: MoneyUnits;
}

/** The ledger's table and the columns of `entries`. */
export const LEDGER_TARGET =
  'aigcspace.ledger_entries (account_id, kind, amount, balance_after, request_id, created_at)';

/**
 * Takes bills from an account, one after the other: first what its lease covers, then from what is free; what is
 * missing then is left uncollected, so that no balance goes below zero and no lease or hold loses its money.
 *
 * `lease` is how much of the covered parts the lease's row really had. Bills may be booked in parts, each from what the part
 * before has left.
 */
export function bookBills(account: LockedAccount, bills: readonly Bill[], lease: MoneyUnits): BookedAccount {
  let { balance } = account;
  let fromLease = lease;
  let free = account.balance - account.held - account.leased;
  let entries = '';
  const uncollected: UncollectedBill[] = [];
  for (const { requestId, createdAt, amount, covered } of bills) {
    const lent = covered < fromLease ? covered : fromLease;
    fromLease -= lent;
    const rest = amount - lent;
    const extra = rest < free ? rest : free;
    free -= extra;
    const collected = lent + extra;
    balance -= collected;
    if (collected > 0n) {
      entries += ledgerLine(account.id, 'usage', {
        amount: -collected,
        balanceAfter: balance,
        requestId,
        createdAt,
      });
    }
    if (collected < amount) uncollected.push({ requestId, createdAt, missing: amount - collected });
  }
  const leased = account.leased - (lease - fromLease);
  return { ...account, balance, leased, entries, uncollected, leaseLeft: fromLease };
}

/** Entries of the platform's account, which bears what could not be collected. `balance` is its balance before. */
export function bearUncollected(
  accountId: string,
  balance: MoneyUnits,
  bills: readonly UncollectedBill[],
): { balance: MoneyUnits; entries: string } {
  let after = balance;
  let entries = '';
  for (const { requestId, createdAt, missing } of bills) {
    after += missing;
    entries += ledgerLine(accountId, 'uncollected', {
      amount: missing,
      balanceAfter: after,
      requestId,
      createdAt,
    });
  }
  return { balance: after, entries };
}

interface LedgerLine {
  amount: MoneyUnits;
  balanceAfter: MoneyUnits;
  requestId: string;
  createdAt: string;
}

function ledgerLine(accountId: string, kind: 'usage' | 'uncollected', line: LedgerLine): string {
  return `${accountId}\t${kind}\t${fromUnits(line.amount)}\t${fromUnits(line.balanceAfter)}\t${copyValue(line.requestId)}\t${line.createdAt}\n`;
}
