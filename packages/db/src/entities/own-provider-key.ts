import { defineEntity, p } from '@mikro-orm/core';
import { createdAt, SCHEMA, updatedAt } from './columns.ts';
import { Provider } from './provider.ts';
import { User } from './user.ts';

const OwnProviderKeySchema = defineEntity({
  name: 'OwnProviderKey',
  tableName: 'own_provider_keys',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    user: () => p.manyToOne(User).mapToPk().deleteRule('cascade'),
    provider: () => p.manyToOne(Provider).mapToPk().deleteRule('cascade').index(),
    /** Sealed; see core's secrets. */
    apiKey: p.text().hidden(),
    apiKeyHint: p.string().length(10).nullable(),
    /** `scheme://host:port` the key was entered for, and may be sent to. */
    origin: p.string().length(500),
    /** Whether the user's calls use it. */
    isUsed: p.boolean().default(true),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  uniques: [{ name: 'own_provider_keys_user_provider', properties: ['user', 'provider'] }],
});

/** A user's own key for a provider: their calls to its models go out with it, and are not billed. */
export class OwnProviderKey extends OwnProviderKeySchema.class {}
OwnProviderKeySchema.setClass(OwnProviderKey);
