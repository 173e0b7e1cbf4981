import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, moneyColumn, SCHEMA, updatedAt } from './columns.ts';
import { Organisation } from './organisation.ts';
import { User } from './user.ts';

const AccountSchema = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  schema: SCHEMA,
  properties: {
    id: p.string().length(50).primary(),
    organisation: () => p.oneToOne(Organisation).mapToPk().owner().deleteRule('restrict'),
    /** The sum of the account's ledger entries. Written only by the statements of the ledger, never by an entity. */
    balance: moneyColumn().default('0'),
    /** The part of the balance held for running calls: the sum of the account's holds. */
    held: moneyColumn().default('0'),
    /** The part of the balance lent to processes that keep a journal: the sum of the account's leases. */
    leased: moneyColumn().default('0'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  checks: [
    // NaN >= 0 is true in PostgreSQL, so it is named.
    { name: 'accounts_balance_not_negative', expression: "balance >= 0 and balance <> 'NaN'" },
    {
      name: 'accounts_held_within_balance',
      expression:
        "held >= 0 and held <> 'NaN' and leased >= 0 and leased <> 'NaN' and held + leased <= balance",
    },
  ],
});

/** Prepaid money of an organisation, in the platform's currency. */
export class Account extends AccountSchema.class {}
AccountSchema.setClass(Account);

const LedgerEntrySchema = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entries',
  schema: SCHEMA,
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    /** Without a foreign key, which would check every entry: see the migration of journals. */
    account: () => p.manyToOne(Account).mapToPk().deleteRule('restrict').createForeignKeyConstraint(false),
    kind: p.string().$type<'topup' | 'redemption' | 'usage' | 'uncollected' | 'adjustment'>().length(20),
    /** Signed effect on the account's balance. */
    amount: moneyColumn(),
    balanceAfter: moneyColumn(),
    /** The call that was billed; also on `uncollected` entries, which belong to the platform's own account. */
    requestId: p.string().length(64).nullable(),
    /** The code that was redeemed, on `redemption` entries; without a foreign key as well. */
    redeemCodeId: p.integer().nullable(),
    actor: () => p.manyToOne(User).mapToPk().nullable().createForeignKeyConstraint(false),
    note: p.string().length(200).nullable(),
    createdAt: createdAt(),
  },
  indexes: [
    { name: 'ledger_entries_account_id_id', properties: ['account', 'id'] },
    { name: 'ledger_entries_request_id', properties: ['requestId'], type: 'brin' },
    { name: 'ledger_entries_created_at', properties: ['createdAt'], type: 'brin' },
    // Top-ups are few among a million bills.
    { name: 'ledger_entries_not_usage', properties: ['account', 'id'], where: "kind <> 'usage'" },
  ],
  // No code is redeemed twice, whatever a bug may do.
  uniques: [
    {
      name: 'ledger_entries_redeem_code_id',
      properties: ['redeemCodeId'],
      where: 'redeem_code_id is not null',
    },
  ],
  checks: [
    { name: 'ledger_entries_amount_is_a_number', expression: "amount <> 'NaN' and balance_after <> 'NaN'" },
  ],
});

/** One movement of money. Append-only: a trigger refuses updates and deletes. */
export class LedgerEntry extends LedgerEntrySchema.class {}
LedgerEntrySchema.setClass(LedgerEntry);

const HoldSchema = defineEntity({
  name: 'Hold',
  tableName: 'holds',
  schema: SCHEMA,
  properties: {
    requestId: p.string().length(64).primary(),
    /** Null for a call that needs no hold (a local model); the row still says that the call has begun. */
    account: () => p.manyToOne(Account).mapToPk().nullable().deleteRule('restrict').index(),
    amount: moneyColumn(),
    /** The process that runs the call. Its advisory lock is free once the process is gone. */
    instanceId: p.string().length(50).index(),
    /** What the log row of the call says if its process dies: see `BegunCall` in core. */
    call: p.json<Record<string, unknown>>(),
    /** The period of the key's budget that the amount is set aside in, too. Null: the key has none. */
    budget: p.json<{ keyId: number; period: string; periodStart: string }>().nullable(),
    createdAt: createdAt(),
  },
  checks: [{ name: 'holds_amount_not_negative', expression: "amount >= 0 and amount <> 'NaN'" }],
});

/** A call that has begun and not settled, with the money set aside for it. */
export class Hold extends HoldSchema.class {}
HoldSchema.setClass(Hold);
