import { z } from 'zod';
import { balanceSchema } from './billing.ts';
import {
  amountSchema,
  cursorSchema,
  decimalSchema,
  nameSchema,
  pageLimitSchema,
  serialIdSchema,
  timeSchema,
} from './fields.ts';

/** What people type, dashes and spaces included; what it must be says `redeem-code.ts`. */
export const redeemInputSchema = z.object({ code: z.string().trim().min(1, 'must not be empty').max(100) });

/** What was added, and the balance with it. */
export const redeemOutputSchema = balanceSchema.extend({ amount: decimalSchema });

export const MAX_REDEEM_CODES = 1_000;

export const REDEEM_CODE_STATUSES = ['open', 'redeemed', 'expired', 'disabled'] as const;
export const redeemCodeStatusSchema = z.enum(REDEEM_CODE_STATUSES);
export type RedeemCodeStatus = z.infer<typeof redeemCodeStatusSchema>;

export const createRedeemCodesInputSchema = z.object({
  count: z.number().int().min(1).max(MAX_REDEEM_CODES),
  /** Of each code. */
  amount: amountSchema.refine((amount) => /[1-9]/.test(amount), 'must be more than zero'),
  /** From then on they cannot be redeemed. */
  expires_at: timeSchema.nullish(),
  /** For administrators: who redeems a code does not see it. */
  note: nameSchema(200).nullish(),
});

export const createRedeemCodesOutputSchema = z.object({
  batch_id: serialIdSchema,
  amount: decimalSchema,
  currency: z.string(),
  expires_at: timeSchema.nullable(),
  note: z.string().nullable(),
  /** The codes in full, this once. */
  codes: z.array(z.string()),
});
export type CreatedRedeemCodes = z.infer<typeof createRedeemCodesOutputSchema>;

export const redeemCodeSchema = z.object({
  id: serialIdSchema,
  /** The first of its five groups. */
  prefix: z.string(),
  batch_id: serialIdSchema,
  amount: decimalSchema,
  status: redeemCodeStatusSchema,
  expires_at: timeSchema.nullable(),
  note: z.string().nullable(),
  redeemed_at: timeSchema.nullable(),
  redeemed_by_email: z.string().nullable(),
  /** Null: the command line. */
  created_by_email: z.string().nullable(),
  created_at: timeSchema,
});
export type RedeemCode = z.infer<typeof redeemCodeSchema>;

const filters = {
  status: redeemCodeStatusSchema.optional(),
  batch_id: serialIdSchema.optional(),
  /** How the code begins; more than its first group is not looked at. */
  search: z.string().trim().max(100).optional(),
};

export const listRedeemCodesInputSchema = z.object({
  ...filters,
  cursor: cursorSchema.optional(),
  limit: pageLimitSchema.default(50),
});

const sumSchema = z.object({ count: z.number().int(), amount: decimalSchema });

export const listRedeemCodesOutputSchema = z.object({
  items: z.array(redeemCodeSchema),
  next_cursor: cursorSchema.nullable(),
  currency: z.string(),
  /** How many codes of each status there are and what they are worth together, whatever `status` is asked for. */
  totals: z.object({ open: sumSchema, redeemed: sumSchema, expired: sumSchema, disabled: sumSchema }),
});

export const redeemBatchRefSchema = z.object({ batch_id: serialIdSchema });

export const updateRedeemCodeInputSchema = z.object({ id: serialIdSchema, is_disabled: z.boolean() });
export const updateRedeemBatchInputSchema = redeemBatchRefSchema.extend({ is_disabled: z.boolean() });

/** How many codes were changed or deleted, and what they are worth together. */
export const changedRedeemCodesSchema = sumSchema;
