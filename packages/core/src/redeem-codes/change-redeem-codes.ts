import type { EntityManager } from '@mikro-orm/postgresql';
import { trimMoney } from '@aigc/shared/money';
import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';

/** One code, or all of a batch that nobody has redeemed. */
export type RedeemCodeTarget = { id: number } | { batch_id: number };

export interface ChangedRedeemCodes {
  count: number;
  /** What they are worth together, a decimal. */
  amount: string;
}

/**
 * Disables codes, or enables them again. Codes of a batch that were redeemed stay as they are.
 * @throws AppError `not_found`, or `redeem_code_used` for one that was redeemed
 */
export async function setRedeemCodesDisabled(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  { isDisabled, ...target }: RedeemCodeTarget & { isDisabled: boolean },
): Promise<ChangedRedeemCodes> {
  return change(deps, actor, {
    target,
    action: 'redeem_code.update',
    after: { is_disabled: isDisabled },
    statement: (where) =>
      `update aigcspace.redeem_codes c set is_disabled = ${isDisabled} where ${where} and c.is_disabled <> ${isDisabled}`,
  });
}

/** Removes codes for good: whoever has one cannot redeem it any more. @throws as `setRedeemCodesDisabled` does */
export async function deleteRedeemCodes(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  target: RedeemCodeTarget,
): Promise<ChangedRedeemCodes> {
  return change(deps, actor, {
    target,
    action: 'redeem_code.delete',
    statement: (where) => `delete from aigcspace.redeem_codes c where ${where}`,
  });
}

interface Change {
  target: RedeemCodeTarget;
  action: 'redeem_code.update' | 'redeem_code.delete';
  after?: Record<string, unknown>;
  /** Of its condition on codes `c`: a statement without values of its own. */
  statement: (where: string) => string;
}

async function change(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  { target, action, after, statement }: Change,
): Promise<ChangedRedeemCodes> {
  requireAdmin(actor);
  return deps.em.transactional(async (em) => {
    const [column, id] = 'id' in target ? ['id', target.id] : ['batch_id', target.batch_id];
    await refuseUnchangeable(em, target);
    const changing = statement(`c.${column} = ? and c.redeemed_at is null`);
    const [changed] = await em.execute<{ count: number; amount: string | null }[]>(
      `with changed as (${changing} returning c.batch_id)
       select count(*)::int as count, sum(b.amount)::text as amount
       from changed join aigcspace.redeem_batches b on b.id = changed.batch_id`,
      [id],
    );
    const result = { count: changed?.count ?? 0, amount: trimMoney(changed?.amount ?? '0') };
    if (result.count > 0) {
      await recordAudit(em, actor, {
        action,
        targetType: 'id' in target ? 'redeem_code' : 'redeem_batch',
        targetId: id,
        ...(after === undefined ? { before: { ...result } } : { after: { ...after, ...result } }),
      });
    }
    return result;
  });
}

/** Waits for a redemption that is under way, so that its end is known. */
async function refuseUnchangeable(em: EntityManager, target: RedeemCodeTarget): Promise<void> {
  if ('batch_id' in target) {
    const [batch] = await em.execute('select 1 from aigcspace.redeem_batches where id = ?', [
      target.batch_id,
    ]);
    if (batch === undefined) throw refusal('no_such_redeem_batch', {}, { param: 'batch_id' });
    return;
  }
  const [code] = await em.execute<{ is_redeemed: boolean }[]>(
    'select redeemed_at is not null as is_redeemed from aigcspace.redeem_codes where id = ? for update',
    [target.id],
  );
  if (code === undefined) throw refusal('no_such_redeem_code', {}, { param: 'id' });
  if (code.is_redeemed) throw refusal('redeemed_already', {}, { param: 'id' });
}
