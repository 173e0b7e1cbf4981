import { defineEntity, p } from '@mikro-orm/core';
import type { LastTest } from '@aigc/shared/schemas/models';
import { createdAt, moneyColumn, SCHEMA, updatedAt } from './columns.ts';
import { Model } from './model.ts';
import { Provider } from './provider.ts';

const ModelUpstreamSchema = defineEntity({
  name: 'ModelUpstream',
  tableName: 'model_upstreams',
  schema: SCHEMA,
  properties: {
    id: p.integer().primary().autoincrement(),
    model: () => p.manyToOne(Model).mapToPk().deleteRule('cascade'),
    provider: () => p.manyToOne(Provider).mapToPk().deleteRule('cascade').index(),
    /** The upstream's own name for the model. */
    upstreamModel: p.string().length(255),
    /** Lower numbers are tried first. */
    priority: p.integer().default(0),
    /** Its share among those that are tried equally early. */
    weight: p.integer().default(1),
    isEnabled: p.boolean().default(true),
    /** What the operator pays, per million tokens; null: not known. Orders the strategy `lowest_price`, bills nothing. */
    inputCost: moneyColumn().nullable(),
    outputCost: moneyColumn().nullable(),
    lastTest: p.json<LastTest>().nullable(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  uniques: [{ name: 'model_upstreams_once', properties: ['model', 'provider', 'upstreamModel'] }],
  checks: [
    {
      name: 'model_upstreams_routing',
      expression:
        "priority >= 0 and weight > 0 and (input_cost is null or (input_cost >= 0 and input_cost <> 'NaN')) and (output_cost is null or (output_cost >= 0 and output_cost <> 'NaN'))",
    },
  ],
});

/** One more upstream of a cloud model, beside the provider it was made with. */
export class ModelUpstream extends ModelUpstreamSchema.class {}
ModelUpstreamSchema.setClass(ModelUpstream);

const ModelAliasSchema = defineEntity({
  name: 'ModelAlias',
  tableName: 'model_aliases',
  schema: SCHEMA,
  properties: {
    /** Another name of a cloud model; never a title at the same time, which a trigger makes sure of. */
    alias: p.string().length(255).primary(),
    model: () => p.manyToOne(Model).mapToPk().deleteRule('cascade').index(),
  },
});

/** Another name under which programs may ask for a cloud model. */
export class ModelAlias extends ModelAliasSchema.class {}
ModelAliasSchema.setClass(ModelAlias);

const ModelFallbackSchema = defineEntity({
  name: 'ModelFallback',
  tableName: 'model_fallbacks',
  schema: SCHEMA,
  properties: {
    model: () => p.manyToOne(Model).mapToPk().primary().deleteRule('cascade'),
    fallback: () => p.manyToOne(Model).mapToPk().primary().deleteRule('cascade').index(),
    /** From 0, in the order they are tried. */
    position: p.integer(),
  },
  checks: [{ name: 'model_fallbacks_not_itself', expression: 'model_id <> fallback_id' }],
});

/** A model that answers in another's place when none of that one's upstreams can. */
export class ModelFallback extends ModelFallbackSchema.class {}
ModelFallbackSchema.setClass(ModelFallback);
