import { defineEntity, p } from '@mikro-orm/core';
import type { KeyKind } from '@aigc/shared/platform-key';
import { createdAt, limitColumns, limitsCheck, moneyColumn, SCHEMA, updatedAt } from './columns.ts';
import { Project } from './organisation.ts';
import { User } from './user.ts';

const PlatformApiKeySchema = defineEntity({
  name: 'PlatformApiKey',
  tableName: 'platform_api_key',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    project: () => p.manyToOne(Project).mapToPk().deleteRule('cascade').index(),
    kind: p.string().$type<KeyKind>().length(20).default('model'),
    /** HMAC-SHA256 of the key under the pepper named by `pepperId`, hex. */
    apiKey: p.string().length(100).unique('platform_api_key_hash').hidden(),
    pepperId: p.integer(),
    apiKeyPrefix: p.string().length(20),
    lastFour: p.string().length(4),
    name: p.string().length(100),
    status: p.string().$type<'active' | 'disabled'>().length(20).default('active'),
    expiresAt: p.datetime().nullable(),
    /** Titles; null: every model its owner may call. */
    allowedModels: p.json<string[]>().nullable(),
    /** Addresses and networks (CIDR); null: from anywhere. */
    allowedIps: p.json<string[]>().nullable(),
    ...limitColumns(),
    /** The most it may spend per period, which is set with it; null: no bound but the balance. */
    budget: moneyColumn().nullable(),
    budgetPeriod: p.string().$type<'day' | 'week' | 'month' | 'total'>().length(10).nullable(),
    /** Hash of the key before the last rotation, which works until `previousValidUntil`. */
    previousApiKey: p.string().length(100).nullable().unique('platform_api_key_previous_hash').hidden(),
    previousValidUntil: p.datetime().nullable(),
    /** A request parameter that an upstream cannot be told is an error instead of being left out. */
    strictParameters: p.boolean().default(false),
    /** Grows with every change that somebody makes. */
    version: p.integer().default(1),
    lastUsedAt: p.datetime().nullable(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  checks: [
    limitsCheck('platform_api_key'),
    {
      name: 'platform_api_key_budget',
      expression:
        "(budget is null and budget_period is null) or (budget > 0 and budget <> 'NaN' and budget_period in ('day', 'week', 'month', 'total'))",
    },
    {
      name: 'platform_api_key_previous',
      expression: '(previous_api_key is null) = (previous_valid_until is null)',
    },
  ],
  indexes: [
    { name: 'idx_platform_api_key_user_id', properties: ['user'] },
    { name: 'idx_platform_api_key_api_key', properties: ['apiKey'] },
    { name: 'idx_platform_api_key_status', properties: ['status'] },
  ],
});

/** A key that programs authenticate with. */
export class PlatformApiKey extends PlatformApiKeySchema.class {}
PlatformApiKeySchema.setClass(PlatformApiKey);
