import { defineEntity, p } from '@mikro-orm/core';
import type { KeyKind } from '@aigc/shared/platform-key';
import { createdAt, SCHEMA, updatedAt } from './columns.ts';
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
    lastUsedAt: p.datetime().nullable(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  indexes: [
    { name: 'idx_platform_api_key_user_id', properties: ['user'] },
    { name: 'idx_platform_api_key_api_key', properties: ['apiKey'] },
    { name: 'idx_platform_api_key_status', properties: ['status'] },
  ],
});

/** A key that programs authenticate with. */
export class PlatformApiKey extends PlatformApiKeySchema.class {}
PlatformApiKeySchema.setClass(PlatformApiKey);
