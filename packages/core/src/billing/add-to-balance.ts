import type { EntityManager } from '@mikro-orm/postgresql';
import { refusal } from '@aigc/shared/refusals';

/** What NUMERIC(24,10) can hold before its decimals. */
const BALANCE_LIMIT = '100000000000000';

/** The balance is changed by a statement of its own, so that concurrent ones queue and none is lost. */
const ADD_TO_BALANCE = `
  update aigcspace.accounts set balance = balance + ?::numeric, updated_at = now()
  where id = ? and balance + ?::numeric < ${BALANCE_LIMIT}
  returning balance::text
`;

export interface Credit {
  kind: 'topup' | 'redemption';
  /** A positive decimal with at most ten places. */
  amount: string;
  /** Null: the command line. */
  actorId: string | null;
  note?: string | null;
  redeemCodeId?: number;
}

/**
 * Adds money to an account in the caller's transaction: one ledger entry. Returns the balance after it. What is lent to
 * running processes is part of the balance and stays lent: they ask for more when they need it.
 * @throws AppError `invalid_field` on the field that asked for it, when the books could not hold the balance
 */
export async function addToBalance(em: EntityManager, accountId: string, credit: Credit): Promise<string> {
  const { kind, amount, actorId, note = null, redeemCodeId = null } = credit;
  const [changed] = await em.execute<{ balance: string }[]>(ADD_TO_BALANCE, [amount, accountId, amount]);
  if (changed === undefined) {
    const param = kind === 'redemption' ? 'code' : 'amount';
    throw refusal('balance_too_high', { limit: BALANCE_LIMIT }, { param });
  }
  await em.execute(
    `insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after, actor_id, note, redeem_code_id)
     values (?, ?, ?::numeric, ?::numeric, ?, ?, ?)`,
    [accountId, kind, amount, changed.balance, actorId, note, redeemCodeId],
  );
  return changed.balance;
}
