import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { addToBalance } from './add-to-balance.ts';
import { findUserAccount } from './find-account-id.ts';
import { balanceOf, type Balance } from './get-balance.ts';

export interface TopUpInput {
  userId: string;
  /** A positive decimal with at most ten places. */
  amount: string;
  note?: string | undefined;
}

/** An administrator adds money to a user's account: one ledger entry, and the balance after it. */
export async function topUp(deps: Deps, actor: Actor, input: TopUpInput): Promise<Balance> {
  requireAdmin(actor);
  const { userId, amount, note = null } = input;
  return deps.em.transactional(async (em) => {
    const account = await findUserAccount(em, userId);
    if (account === undefined) throw refusal('no_such_user', {}, { param: 'user_id' });
    const balance = await addToBalance(em, account.id, {
      kind: 'topup',
      amount,
      actorId: actor.userId,
      note,
    });
    await recordAudit(em, actor, {
      action: 'billing.top_up',
      targetType: 'user',
      targetId: userId,
      after: { amount, balance, note },
    });
    return balanceOf({ ...deps, em }, account.organisationId);
  });
}
