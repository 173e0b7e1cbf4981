import { defineEntity, p } from '@mikro-orm/core';
import { moneyColumn, SCHEMA } from './columns.ts';

const CallRollupSchema = defineEntity({
  name: 'CallRollup',
  tableName: 'call_rollups',
  schema: SCHEMA,
  properties: {
    /** Start of the hour, UTC. */
    hour: p.datetime().primary(),
    userId: p.string().length(50).primary(),
    organisationId: p.string().length(50).primary(),
    /** 0: no key (playground), or a key that has gone. No foreign key: sums outlive keys and models. */
    apiKeyId: p.integer().primary(),
    modelName: p.string().length(255).primary(),
    isLocal: p.boolean().primary(),
    calls: p.integer().default(0),
    failed: p.integer().default(0),
    inputTokens: p.bigint('string').default('0'),
    outputTokens: p.bigint('string').default('0'),
    cost: moneyColumn().default('0'),
    /** Calls by bucket of latency, see `histogram.ts` in core: bucket index to count. */
    latencyBuckets: p.json<Record<string, number>>().default('{}'),
    ttftBuckets: p.json<Record<string, number>>().default('{}'),
    /** Failed calls by error code. */
    errors: p.json<Record<string, number>>().default('{}'),
  },
  indexes: [{ name: 'call_rollups_user_hour', properties: ['userId', 'hour'] }],
});

/** Hourly sums of settled calls, what stats are read from. */
export class CallRollup extends CallRollupSchema.class {}
CallRollupSchema.setClass(CallRollup);
