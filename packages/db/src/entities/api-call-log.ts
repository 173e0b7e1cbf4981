import { defineEntity, p } from '@mikro-orm/core';
import type { CallAttempt } from '@aigc/shared/schemas/routing';
import type { ExtraPrices } from '@aigc/shared/price-kinds';
import type { UsageDetails } from '@aigc/shared/usage-details';
import { moneyColumn, SCHEMA } from './columns.ts';

const ApiCallLogSchema = defineEntity({
  name: 'ApiCallLog',
  tableName: 'api_call_log',
  schema: SCHEMA,
  // The months' partitions are made by a job, in advance; what falls outside of them lands in this one.
  partitionBy: {
    type: 'range',
    expression: 'created_at',
    partitions: [{ name: 'api_call_log_default', values: 'default' }],
  },
  properties: {
    // First, because the log is read by time: the primary key is (created_at, id).
    createdAt: p.datetime().primary(),
    id: p.bigint('string').primary().autoincrement(),
    requestId: p.string().length(64),
    // No foreign keys, which would check every row: triggers do their work when something is deleted.
    userId: p.string().length(50),
    organisationId: p.string().length(50),
    projectId: p.string().length(50).nullable(),
    apiKeyId: p.integer().nullable(),
    modelId: p.integer().nullable(),
    modelName: p.string().length(255),
    /** The provider's name at the time; null for local models. */
    provider: p.string().length(100).nullable(),
    endpoint: p.string().length(50),
    source: p.string().$type<'api' | 'playground'>().length(20),
    isLocal: p.boolean().default(false),
    isStream: p.boolean().default(false),
    inputTokens: p.integer().default(0),
    outputTokens: p.integer().default(0),
    /** Part of the input tokens. */
    cachedTokens: p.integer().default(0),
    /** Part of the output tokens. */
    reasoningTokens: p.integer().default(0),
    estimated: p.boolean().default(false),
    /** The price snapshot the bill was computed from, per million tokens. */
    inputPrice: moneyColumn().nullable(),
    outputPrice: moneyColumn().nullable(),
    /** What was used beside plain tokens, and the prices of such things that the model had. */
    usageDetails: p.json<UsageDetails>().nullable(),
    extraPrices: p.json<ExtraPrices>().nullable(),
    bill: moneyColumn().default('0'),
    status: p.string().$type<'success' | 'failed'>().length(20),
    httpStatus: p.integer(),
    errorCode: p.string().length(60).nullable(),
    errorMessage: p.text().nullable(),
    latencyMs: p.integer().nullable(),
    /** Time to first token. */
    ttftMs: p.integer().nullable(),
    /** The title of the fallback model that answered; null: the model asked for, or none. */
    answeredBy: p.string().length(255).nullable(),
    /** Null: one attempt, which ended as the row says; or none. */
    attempts: p.json<CallAttempt[]>().nullable(),
    requestIp: p.string().length(50).nullable(),
    /** The upstream was called with the user's own key, so nothing was billed. */
    isOwnKey: p.boolean().default(false),
  },
  uniques: [{ name: 'api_call_log_request_id', properties: ['requestId', 'createdAt'] }],
  indexes: [
    { name: 'idx_api_call_log_user_id', properties: ['userId', 'createdAt', 'id'] },
    { name: 'idx_api_call_log_api_key_id', properties: ['apiKeyId', 'createdAt'] },
    { name: 'idx_api_call_log_model_name', properties: ['modelName', 'createdAt'] },
    {
      name: 'idx_api_call_log_id',
      expression:
        'create index idx_api_call_log_id on aigcspace.api_call_log using brin (id int8_minmax_multi_ops) with (pages_per_range = 32, autosummarize = on)',
    },
    { name: 'idx_api_call_log_is_local', properties: ['createdAt', 'id'], where: 'is_local' },
    { name: 'idx_api_call_log_own_key', properties: ['createdAt', 'id'], where: 'is_own_key' },
    { name: 'idx_api_call_log_failed', properties: ['createdAt', 'id'], where: "status = 'failed'" },
    {
      name: 'idx_api_call_log_error_code',
      properties: ['errorCode', 'createdAt', 'id'],
      where: 'error_code is not null',
    },
  ],
  checks: [{ name: 'api_call_log_bill_not_negative', expression: "bill >= 0 and bill <> 'NaN'" }],
});

/** One call, settled. Partitioned by the month of UTC. */
export class ApiCallLog extends ApiCallLogSchema.class {}
ApiCallLogSchema.setClass(ApiCallLog);
