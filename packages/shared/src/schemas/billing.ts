import { z } from 'zod';
import {
  amountSchema,
  bigIdSchema,
  cursorSchema,
  decimalSchema,
  nameSchema,
  pageLimitSchema,
  timeSchema,
} from './fields.ts';

export const LEDGER_KINDS = ['topup', 'redemption', 'usage', 'uncollected', 'adjustment'] as const;
export const ledgerKindSchema = z.enum(LEDGER_KINDS);

export const balanceSchema = z.object({
  currency: z.string(),
  balance: decimalSchema,
  /** The most that running calls can cost. */
  held: decimalSchema,
  /** The balance without what is held. */
  available: decimalSchema,
});

export const ledgerEntrySchema = z.object({
  id: bigIdSchema,
  kind: ledgerKindSchema,
  /** Signed effect on the balance. */
  amount: decimalSchema,
  balance_after: decimalSchema,
  note: z.string().nullable(),
  request_id: z.string().nullable(),
  call_log_id: bigIdSchema.nullable(),
  /** The first group of the code that was redeemed. */
  redeem_code_prefix: z.string().nullable(),
  actor_email: z.string().nullable(),
  created_at: timeSchema,
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export const listLedgerInputSchema = z.object({
  kind: ledgerKindSchema.optional(),
  /** Start, inclusive. A call's entry has the time at which the call began. */
  from: timeSchema.optional(),
  /** End, exclusive. */
  to: timeSchema.optional(),
  cursor: cursorSchema.optional(),
  limit: pageLimitSchema.default(50),
});
export const listLedgerOutputSchema = z.object({
  items: z.array(ledgerEntrySchema),
  next_cursor: z.string().nullable(),
});

export const topUpInputSchema = z.object({
  user_id: z.string().max(50),
  amount: amountSchema.refine((amount) => /[1-9]/.test(amount), 'must be more than zero'),
  note: nameSchema(200).optional(),
});
