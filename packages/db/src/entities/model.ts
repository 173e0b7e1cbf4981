import { defineEntity, p } from '@mikro-orm/core';
import type { Conformance } from '@aigc/shared/schemas/conformance';
import { EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { Capability, LastTest, ModelType } from '@aigc/shared/schemas/models';
import type { RoutingStrategy } from '@aigc/shared/schemas/routing';
import { createdAt, limitColumns, limitsCheck, moneyColumn, SCHEMA, updatedAt } from './columns.ts';
import { Provider } from './provider.ts';
import { User } from './user.ts';

const ModelSchema = defineEntity({
  name: 'Model',
  tableName: 'models',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    /** What programs send as `model`: unique among cloud models, and per owner among local ones. */
    title: p.string().length(255),
    description: p.string().length(1000).default(''),
    type: p.string().$type<ModelType>().length(20).default('language'),
    capabilities: p.json<Capability[]>().default('[]'),
    isLocal: p.boolean().default(false),
    /** The owner; only of local models. */
    user: () => p.manyToOne(User).mapToPk().nullable().deleteRule('cascade'),
    /** The user's address; only of local models. Cloud models use their provider's. */
    baseUrl: p.string().length(500).nullable(),
    /** Sealed; only of local models. */
    localApiKey: p.text().nullable().hidden(),
    provider: () => p.manyToOne(Provider).mapToPk().nullable().deleteRule('cascade').index(),
    /** The upstream's own name for the model; null: the title. */
    upstreamModel: p.string().length(255).nullable(),
    isApiEnabled: p.boolean().default(false),
    contextLength: p.integer().nullable(),
    maxOutputTokens: p.integer().nullable(),
    /** Per million tokens. Null: no price set, so a cloud model is refused. */
    inputPrice: moneyColumn().nullable(),
    outputPrice: moneyColumn().nullable(),
    /** Beside them, where they are set: what each is for says `price-kinds.ts`. */
    cachedInputPrice: moneyColumn().nullable(),
    cacheWritePrice: moneyColumn().nullable(),
    cacheWriteHourPrice: moneyColumn().nullable(),
    audioInputPrice: moneyColumn().nullable(),
    audioOutputPrice: moneyColumn().nullable(),
    imagePrice: moneyColumn().nullable(),
    callPrice: moneyColumn().nullable(),
    audioSecondPrice: moneyColumn().nullable(),
    durationPrice: moneyColumn().nullable(),
    characterPrice: moneyColumn().nullable(),
    /** How the order of its upstreams is found. */
    strategy: p.string().$type<RoutingStrategy>().length(20).default('priority'),
    /** Of the upstream that the provider above is: the same as of others in `model_upstreams`. */
    upstreamPriority: p.integer().default(0),
    upstreamWeight: p.integer().default(1),
    isUpstreamEnabled: p.boolean().default(true),
    upstreamInputCost: moneyColumn().nullable(),
    upstreamOutputCost: moneyColumn().nullable(),
    ...limitColumns(),
    lastTest: p.json<LastTest>().nullable(),
    /** What probes of it found. */
    conformance: p.json<Conformance>().nullable(),
    /** Grows with every change that somebody makes. */
    version: p.integer().default(1),
    /** The same of its upstreams, aliases and fallbacks. */
    routingVersion: p.integer().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  indexes: [
    { name: 'idx_models_is_local', properties: ['isLocal'] },
    { name: 'idx_models_user_id', properties: ['user'] },
  ],
  uniques: [
    {
      name: 'models_cloud_title',
      expression:
        'create unique index "models_cloud_title" on "aigcspace"."models" ("title") where not is_local',
    },
    {
      name: 'models_local_title',
      expression:
        'create unique index "models_local_title" on "aigcspace"."models" ("user_id", "title") where is_local',
    },
  ],
  checks: [
    limitsCheck('models'),
    {
      name: 'models_routing',
      expression:
        "strategy in ('priority', 'weighted', 'lowest_latency', 'lowest_price') and upstream_priority >= 0 and upstream_weight > 0 and (upstream_input_cost is null or (upstream_input_cost >= 0 and upstream_input_cost <> 'NaN')) and (upstream_output_cost is null or (upstream_output_cost >= 0 and upstream_output_cost <> 'NaN'))",
    },
    {
      name: 'models_local_or_cloud',
      expression:
        '(is_local and user_id is not null and base_url is not null and provider_id is null) or (not is_local and user_id is null and provider_id is not null)',
    },
    {
      name: 'models_extra_prices_not_negative',
      expression: EXTRA_PRICES.map((name) => `(${name} is null or (${name} >= 0 and ${name} <> 'NaN'))`).join(
        ' and ',
      ),
    },
    {
      name: 'models_prices_not_negative',
      expression:
        "(input_price is null or (input_price >= 0 and input_price <> 'NaN')) and (output_price is null or (output_price >= 0 and output_price <> 'NaN'))",
    },
  ],
});

/** A model that can be called: a cloud model of a provider, or a user's own local one. */
export class Model extends ModelSchema.class {}
ModelSchema.setClass(Model);
