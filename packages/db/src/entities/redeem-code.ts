import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, moneyColumn, SCHEMA } from './columns.ts';
import { User } from './user.ts';

const RedeemBatchSchema = defineEntity({
  name: 'RedeemBatch',
  tableName: 'redeem_batches',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    /** What each code of the batch adds to a balance. */
    amount: moneyColumn(),
    /** How many were made. */
    count: p.integer(),
    expiresAt: p.datetime().nullable(),
    /** For administrators. */
    note: p.string().length(200).nullable(),
    /** Null: the command line, or somebody who has gone. */
    createdBy: () => p.manyToOne(User).mapToPk().nullable().deleteRule('set null'),
    createdAt: createdAt(),
  },
  checks: [
    { name: 'redeem_batches_amount_positive', expression: "amount > 0 and amount <> 'NaN'" },
    { name: 'redeem_batches_count_positive', expression: 'count > 0' },
  ],
});

/** Redeem codes that were made together: what they are worth and until when. */
export class RedeemBatch extends RedeemBatchSchema.class {}
RedeemBatchSchema.setClass(RedeemBatch);

const RedeemCodeSchema = defineEntity({
  name: 'RedeemCode',
  tableName: 'redeem_codes',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    batch: () => p.manyToOne(RedeemBatch).mapToPk().deleteRule('restrict').index(),
    /** SHA-256 of the code's digits, in hexadecimal; the code itself is shown once and kept nowhere. */
    codeHash: p.string().length(64).hidden(),
    /** Its first group, by which people tell codes apart. */
    prefix: p.string().length(5).index(),
    isDisabled: p.boolean().default(false),
    redeemedAt: p.datetime().nullable(),
    /** Set with `redeemedAt`; null again only for somebody who has gone. */
    redeemedBy: () => p.manyToOne(User).mapToPk().nullable().deleteRule('set null'),
  },
  uniques: [{ name: 'redeem_codes_code_hash', properties: ['codeHash'] }],
  checks: [
    { name: 'redeem_codes_redeemed_once', expression: 'redeemed_by_id is null or redeemed_at is not null' },
  ],
});

/** A code that adds its batch's amount to the balance of whoever redeems it first. */
export class RedeemCode extends RedeemCodeSchema.class {}
RedeemCodeSchema.setClass(RedeemCode);
