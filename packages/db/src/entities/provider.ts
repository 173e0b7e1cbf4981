import { defineEntity, p } from '@mikro-orm/core';
import type { LastTest } from '@aigc/shared/schemas/models';
import { createdAt, SCHEMA, updatedAt } from './columns.ts';

const ProviderSchema = defineEntity({
  name: 'Provider',
  tableName: 'providers',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    name: p.string().length(100).unique(),
    /** The preset it came from, `demo` for the built-in one, null for an address of the administrator's own. */
    preset: p.string().length(50).nullable(),
    /** Which definition of packages/providers speaks to it. */
    dialect: p.string().length(50),
    baseUrl: p.string().length(500),
    /** Sealed; see core's secrets. */
    apiKey: p.text().nullable().hidden(),
    apiKeyHint: p.string().length(10).nullable(),
    /** What the dialect's own settings schema describes, such as a region. Never a secret. */
    settings: p
      .json<Record<string, unknown>>()
      .defaultRaw("'{}'::jsonb")
      .onCreate(() => ({})),
    status: p.string().$type<'enabled' | 'disabled'>().length(20).default('enabled'),
    /** What the last look at its list of models found. */
    lastCheck: p.json<LastTest>().nullable(),
    /** Grows with every change that somebody makes. */
    version: p.integer().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  checks: [{ name: 'providers_settings_object', expression: "jsonb_typeof(settings) = 'object'" }],
});

/** An upstream that administrators connected. */
export class Provider extends ProviderSchema.class {}
ProviderSchema.setClass(Provider);
