import { defineEntity, p } from '@mikro-orm/core';
import { Account } from './account.ts';
import { moneyColumn, SCHEMA, updatedAt } from './columns.ts';
import { PlatformApiKey } from './platform-api-key.ts';

const LeaseSchema = defineEntity({
  name: 'Lease',
  tableName: 'leases',
  schema: SCHEMA,
  properties: {
    /** The journal whose process may spend the amount. */
    journalId: p.string().length(50).primary(),
    account: () => p.manyToOne(Account).mapToPk().primary().deleteRule('restrict').index(),
    amount: moneyColumn(),
    updatedAt: updatedAt(),
  },
  checks: [{ name: 'leases_amount_not_negative', expression: "amount >= 0 and amount <> 'NaN'" }],
});

/** A part of an account's balance that one process may spend without asking. */
export class Lease extends LeaseSchema.class {}
LeaseSchema.setClass(Lease);

const KeyBudgetSchema = defineEntity({
  name: 'KeyBudget',
  tableName: 'key_budgets',
  schema: SCHEMA,
  properties: {
    key: () => p.manyToOne(PlatformApiKey).mapToPk().primary().deleteRule('cascade'),
    period: p.string().$type<'day' | 'week' | 'month' | 'total'>().length(10).primary(),
    /** The first day of the period, UTC. */
    periodStart: p.date().primary(),
    spent: moneyColumn().default('0'),
    /** The sum of the budget's leases. */
    leased: moneyColumn().default('0'),
    updatedAt: updatedAt(),
  },
  checks: [
    {
      name: 'key_budgets_not_negative',
      expression: "spent >= 0 and spent <> 'NaN' and leased >= 0 and leased <> 'NaN'",
    },
  ],
});

/** What a key with a budget has spent in one period. */
export class KeyBudget extends KeyBudgetSchema.class {}
KeyBudgetSchema.setClass(KeyBudget);

const BudgetLeaseSchema = defineEntity({
  name: 'BudgetLease',
  tableName: 'budget_leases',
  schema: SCHEMA,
  properties: {
    journalId: p.string().length(50).primary(),
    key: () => p.manyToOne(PlatformApiKey).mapToPk().primary().deleteRule('cascade').index(),
    period: p.string().$type<'day' | 'week' | 'month' | 'total'>().length(10).primary(),
    periodStart: p.date().primary(),
    amount: moneyColumn(),
    updatedAt: updatedAt(),
  },
  checks: [{ name: 'budget_leases_amount_not_negative', expression: "amount >= 0 and amount <> 'NaN'" }],
});

/** A part of a key's budget that one process may spend without asking. */
export class BudgetLease extends BudgetLeaseSchema.class {}
BudgetLeaseSchema.setClass(BudgetLease);
