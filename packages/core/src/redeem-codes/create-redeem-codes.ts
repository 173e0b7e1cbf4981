import { trimMoney } from '@aigc/shared/money';
import { generateRedeemCode, readRedeemCode, REDEEM_CODE_PREFIX_LENGTH } from '@aigc/shared/redeem-code';
import type { CreatedRedeemCodes } from '@aigc/shared/schemas/redeem-codes';
import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { readSettings } from '../settings/settings.ts';
import { hashRedeemCode } from './hash-redeem-code.ts';

export interface CreateRedeemCodesInput {
  /** At most 1,000. */
  count: number;
  /** A positive decimal with at most ten places, of each code. */
  amount: string;
  /** ISO 8601. */
  expires_at?: string | null | undefined;
  note?: string | null | undefined;
}

/** Makes a batch of codes. This answer is the only place where they can be read. @throws AppError `invalid_field` */
export async function createRedeemCodes(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  input: CreateRedeemCodesInput,
): Promise<CreatedRedeemCodes> {
  requireAdmin(actor);
  const { count, amount, expires_at: expiresAt = null, note = null } = input;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) {
    throw refusal('code_expiry_in_past', {}, { param: 'expires_at' });
  }
  const codes = Array.from({ length: count }, () => generateRedeemCode());
  const digits = codes.map((code) => readRedeemCode(code) ?? '');
  const { currency } = await readSettings(deps.em);
  return deps.em.transactional(async (em) => {
    const [batch] = await em.execute<{ id: number }[]>(
      `insert into aigcspace.redeem_batches (amount, count, expires_at, note, created_by_id)
       values (?::numeric, ?, ?::timestamptz, ?, ?) returning id`,
      [amount, count, expiresAt, note, actor.userId],
    );
    if (batch === undefined) throw new Error('a row that was inserted did not come back');
    await em.execute(
      `insert into aigcspace.redeem_codes (batch_id, code_hash, prefix)
       select ?, hash, prefix from jsonb_to_recordset(?::jsonb) as t(hash text, prefix text)`,
      [
        batch.id,
        JSON.stringify(
          digits.map((each) => ({
            hash: hashRedeemCode(each),
            prefix: each.slice(0, REDEEM_CODE_PREFIX_LENGTH),
          })),
        ),
      ],
    );
    await recordAudit(em, actor, {
      action: 'redeem_code.create',
      targetType: 'redeem_batch',
      targetId: batch.id,
      after: { count, amount: trimMoney(amount), expires_at: expiresAt, note },
    });
    const isoExpiry = expiresAt === null ? null : new Date(expiresAt).toISOString();
    return { batch_id: batch.id, amount: trimMoney(amount), currency, expires_at: isoExpiry, note, codes };
  });
}
