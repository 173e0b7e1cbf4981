import type { EntityManager } from '@mikro-orm/postgresql';
import type { AppError } from '@aigc/shared/errors';
import { trimMoney } from '@aigc/shared/money';
import { readRedeemCode } from '@aigc/shared/redeem-code';
import { refusal } from '@aigc/shared/refusals';
import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import { addToBalance } from '../billing/add-to-balance.ts';
import { findAccountId } from '../billing/find-account-id.ts';
import type { Deps } from '../deps.ts';
import { refuseTooMany } from '../sessions/sign-in.ts';
import type { Throttle } from '../sessions/throttle.ts';
import { hashRedeemCode } from './hash-redeem-code.ts';

/** Takes a code for one redeemer: of any number at the same moment, the row's lock lets the others find it taken. */
const TAKE = `
  update aigcspace.redeem_codes c set redeemed_at = now(), redeemed_by_id = ?
  from aigcspace.redeem_batches b
  where c.code_hash = ? and b.id = c.batch_id and c.redeemed_at is null and not c.is_disabled
    and (b.expires_at is null or b.expires_at > now())
  returning c.id, c.batch_id, b.amount::text
`;

/**
 * Adds what a code is worth to the balance of the actor's organisation, once. Attempts that fail are counted, so that
 * codes cannot be guessed; a mistyped one is told from its checksum and is no attempt. Returns the amount.
 * @throws AppError `invalid_field`, `redeem_code_unknown`, `redeem_code_used`, `redeem_code_expired`,
 *   `redeem_code_disabled` or `rate_limit_exceeded`
 */
export async function redeemCode(
  deps: Pick<Deps, 'em'> & { throttle: Throttle },
  actor: UserActor,
  code: string,
): Promise<string> {
  const digits = readRedeemCode(code);
  if (digits === undefined) throw refusal('redeem_code_mistyped', {}, { param: 'code' });
  const attempt = { account: `redeem ${actor.userId}`, address: null };
  refuseTooMany(await deps.throttle.enter(attempt));
  const codeHash = hashRedeemCode(digits);
  const amount = await deps.em.transactional(async (em) => {
    const [taken] = await em.execute<{ id: number; batch_id: number; amount: string }[]>(TAKE, [
      actor.userId,
      codeHash,
    ]);
    if (taken === undefined) throw await whyNot(em, actor, codeHash);
    const accountId = await findAccountId(em, actor.organisationId);
    const balance = await addToBalance(em, accountId, {
      kind: 'redemption',
      amount: taken.amount,
      actorId: actor.userId,
      redeemCodeId: taken.id,
    });
    await recordAudit(em, actor, {
      action: 'redeem_code.redeem',
      targetType: 'redeem_code',
      targetId: taken.id,
      after: { amount: trimMoney(taken.amount), batch_id: taken.batch_id, balance: trimMoney(balance) },
    });
    return taken.amount;
  });
  deps.throttle.succeed(attempt);
  return trimMoney(amount);
}

/** Why a code was not taken. Who redeemed it is nobody else's business. */
async function whyNot(em: EntityManager, actor: UserActor, codeHash: string): Promise<AppError> {
  const [code] = await em.execute<{ is_redeemed: boolean; is_own: boolean; is_disabled: boolean }[]>(
    `select redeemed_at is not null as is_redeemed, redeemed_by_id is not distinct from ? as is_own, is_disabled
     from aigcspace.redeem_codes where code_hash = ?`,
    [actor.userId, codeHash],
  );
  const at = { param: 'code' };
  if (code === undefined) return refusal('no_such_code_to_redeem', {}, at);
  if (code.is_redeemed) return refusal(code.is_own ? 'redeemed_by_yourself' : 'redeemed_already', {}, at);
  return refusal(code.is_disabled ? 'code_disabled' : 'code_expired', {}, at);
}
