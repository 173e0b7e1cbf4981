import { copyValue } from '@aigc/db/copy-in';
import type { Settlement } from './call-books.ts';
import { databaseText } from './database-text.ts';

const COLUMNS = `request_id, user_id, organisation_id, project_id, api_key_id,
  model_id, model_name, provider, endpoint, source, is_local, is_stream, input_tokens, output_tokens, cached_tokens,
  reasoning_tokens, estimated, usage_details, input_price, output_price, extra_prices, bill, status, http_status, error_code, error_message,
  latency_ms, ttft_ms, request_ip, created_at, is_own_key, answered_by, attempts`;

/** The log's table and the columns of a row, as COPY takes them. */
export const LOG_TARGET = `aigcspace.api_call_log (${COLUMNS})`;
/** The same for rows with their id before them. */
export const LOG_TARGET_WITH_ID = `aigcspace.api_call_log (id, ${COLUMNS})`;

/** Projects, keys and models that exist, and stay while the transaction lasts. */
export interface LiveReferences {
  projects: ReadonlySet<string>;
  keys: ReadonlySet<number>;
  models: ReadonlySet<number>;
}

/** Rarely there: most calls use nothing but plain tokens. */
function jsonValue(value: object | undefined): string {
  return value === undefined ? copyValue(null) : copyValue(JSON.stringify(value));
}

const MAX_NAME = 255;
const MAX_MESSAGE = 2000;

/** A settled call as a line of COPY. What it refers to and has gone is null. */
export function logRow({ call, outcome }: Settlement, live: LiveReferences): string {
  const { usage } = outcome;
  const projectId = live.projects.has(call.projectId) ? call.projectId : null;
  const apiKeyId = call.apiKeyId !== null && live.keys.has(call.apiKeyId) ? call.apiKeyId : null;
  const modelId = call.modelId !== null && live.models.has(call.modelId) ? call.modelId : null;
  const message = outcome.errorMessage === null ? null : databaseText(outcome.errorMessage, MAX_MESSAGE);
  return `${copyValue(call.requestId)}\t${call.userId}\t${call.organisationId}\t${copyValue(projectId)}\t${copyValue(apiKeyId)}\t${copyValue(modelId)}\t${copyValue(databaseText(call.modelName, MAX_NAME))}\t${copyValue(call.provider)}\t${copyValue(call.endpoint)}\t${call.source}\t${copyValue(call.isLocal)}\t${copyValue(call.isStream)}\t${usage.inputTokens}\t${usage.outputTokens}\t${usage.cachedTokens}\t${usage.reasoningTokens}\t${copyValue(usage.estimated)}\t${jsonValue(usage.details)}\t${copyValue(call.price?.inputPrice ?? null)}\t${copyValue(call.price?.outputPrice ?? null)}\t${jsonValue(call.price?.extras)}\t${outcome.bill}\t${outcome.status}\t${outcome.httpStatus}\t${copyValue(outcome.errorCode)}\t${copyValue(message)}\t${copyValue(outcome.latencyMs)}\t${copyValue(outcome.ttftMs)}\t${copyValue(call.requestIp)}\t${call.createdAt}\t${copyValue(call.isOwnKey === true)}\t${copyValue(outcome.answeredBy ?? null)}\t${jsonValue(outcome.attempts)}\n`;
}
