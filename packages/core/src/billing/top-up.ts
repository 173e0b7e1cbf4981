import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { balanceOf, type Balance } from './get-balance.ts';

export interface TopUpInput {
  userId: string;
  /** A positive decimal with at most ten places. */
  amount: string;
  note?: string | undefined;
}

/** What NUMERIC(24,10) can hold before its decimals. */
const BALANCE_LIMIT = '100000000000000';

const ACCOUNT_OF_USER = `
  select a.id, a.organisation_id
  from aigcspace.accounts a
  join aigcspace.organisations o on o.id = a.organisation_id and o.kind = 'personal'
  join aigcspace.memberships m on m.organisation_id = o.id and m.role = 'owner'
  where m.user_id = ?
`;

/** The balance is changed by a statement of its own, so that concurrent ones queue and none is lost. */
const ADD_TO_BALANCE = `
  update aigcspace.accounts set balance = balance + ?::numeric, updated_at = now()
  where id = ? and balance + ?::numeric < ${BALANCE_LIMIT}
  returning balance::text
`;

/** An administrator adds money to a user's account: one ledger entry, and the balance after it. */
export async function topUp(deps: Deps, actor: Actor, input: TopUpInput): Promise<Balance> {
  requireAdmin(actor);
  const { userId, amount, note = null } = input;
  return deps.em.transactional(async (em) => {
    const [account] = await em.execute<{ id: string; organisation_id: string }[]>(ACCOUNT_OF_USER, [userId]);
    if (account === undefined)
      throw refusal('no_such_user', {}, { param: 'user_id' });
    const [changed] = await em.execute<{ balance: string }[]>(ADD_TO_BALANCE, [amount, account.id, amount]);
    if (changed === undefined) {
      throw refusal('balance_too_high', { limit: BALANCE_LIMIT }, { param: 'amount' });
    }
    await em.execute(
      `insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after, actor_id, note)
       values (?, 'topup', ?::numeric, ?::numeric, ?, ?)`,
      [account.id, amount, changed.balance, actor.userId, note],
    );
    await recordAudit(em, actor, {
      action: 'billing.top_up',
      targetType: 'user',
      targetId: userId,
      after: { amount, balance: changed.balance, note },
    });
    return balanceOf({ ...deps, em }, account.organisation_id);
  });
}
