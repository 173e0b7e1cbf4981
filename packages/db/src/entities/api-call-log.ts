import { defineEntity, p } from '@mikro-orm/core';
import { moneyColumn, SCHEMA } from './columns.ts';
import { Model } from './model.ts';
import { Organisation, Project } from './organisation.ts';
import { PlatformApiKey } from './platform-api-key.ts';
import { User } from './user.ts';

const ApiCallLogSchema = defineEntity({
  name: 'ApiCallLog',
  tableName: 'api_call_log',
  schema: SCHEMA,
  properties: {
    id: p.bigint('string').primary().autoincrement(),
    requestId: p.string().length(64).unique('api_call_log_request_id'),
    // No foreign keys, which would check every row: triggers do their work when something is deleted.
    user: () => p.manyToOne(User).mapToPk().createForeignKeyConstraint(false),
    organisation: () => p.manyToOne(Organisation).mapToPk().createForeignKeyConstraint(false),
    project: () => p.manyToOne(Project).mapToPk().nullable().createForeignKeyConstraint(false),
    apiKey: () => p.manyToOne(PlatformApiKey).mapToPk().nullable().createForeignKeyConstraint(false),
    model: () => p.manyToOne(Model).mapToPk().nullable().createForeignKeyConstraint(false),
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
    bill: moneyColumn().default('0'),
    status: p.string().$type<'success' | 'failed'>().length(20),
    httpStatus: p.integer(),
    errorCode: p.string().length(60).nullable(),
    errorMessage: p.text().nullable(),
    latencyMs: p.integer().nullable(),
    /** Time to first token. */
    ttftMs: p.integer().nullable(),
    requestIp: p.string().length(50).nullable(),
    createdAt: p.datetime(),
  },
  indexes: [
    { name: 'idx_api_call_log_user_id', properties: ['user', 'createdAt', 'id'] },
    { name: 'idx_api_call_log_api_key_id', properties: ['apiKey', 'createdAt'] },
    { name: 'idx_api_call_log_model_id', properties: ['model', 'createdAt'] },
    { name: 'idx_api_call_log_created_at', properties: ['createdAt', 'id'] },
    { name: 'idx_api_call_log_is_local', properties: ['isLocal'] },
  ],
  checks: [{ name: 'api_call_log_bill_not_negative', expression: "bill >= 0 and bill <> 'NaN'" }],
});

/** One call, settled. */
export class ApiCallLog extends ApiCallLogSchema.class {}
ApiCallLogSchema.setClass(ApiCallLog);
