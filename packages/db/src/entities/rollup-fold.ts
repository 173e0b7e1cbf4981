import { defineEntity, p } from '@mikro-orm/core';
import { moneyColumn, SCHEMA } from './columns.ts';

const RollupFoldSchema = defineEntity({
  name: 'RollupFold',
  tableName: 'rollup_folds',
  schema: SCHEMA,
  properties: {
    /** What is summed up into one row; the columns that a grain leaves out are '' or 0. See `grains.ts` in core. */
    grain: p.string().length(20).primary(),
    /** Start of the hour or day, UTC. */
    startsAt: p.datetime().primary(),
    userId: p.string().length(50).primary(),
    organisationId: p.string().length(50).primary(),
    apiKeyId: p.integer().primary(),
    modelName: p.string().length(255).primary(),
    isLocal: p.boolean().primary(),
    calls: p.integer().default(0),
    failed: p.integer().default(0),
    inputTokens: p.bigint('string').default('0'),
    outputTokens: p.bigint('string').default('0'),
    cost: moneyColumn().default('0'),
    latencyBuckets: p.json<Record<string, number>>().default('{}'),
    ttftBuckets: p.json<Record<string, number>>().default('{}'),
    errors: p.json<Record<string, number>>().default('{}'),
  },
  indexes: [
    { name: 'rollup_folds_user', properties: ['userId', 'grain', 'startsAt'] },
    { name: 'rollup_folds_model', properties: ['modelName', 'grain', 'startsAt'] },
  ],
});

/** The hourly sums once more, folded into the shapes that charts ask for: only of hours before `RollupProgress`. */
export class RollupFold extends RollupFoldSchema.class {}
RollupFoldSchema.setClass(RollupFold);

const RollupProgressSchema = defineEntity({
  name: 'RollupProgress',
  tableName: 'rollup_progress',
  schema: SCHEMA,
  properties: {
    /** Always 1: there is one row. */
    id: p.integer().primary().autoincrement(false),
    /** Every hour before this one is in `rollup_folds`, none after it. */
    foldedThrough: p.datetime(),
  },
});

/** How far the hourly sums are folded. */
export class RollupProgress extends RollupProgressSchema.class {}
RollupProgressSchema.setClass(RollupProgress);
