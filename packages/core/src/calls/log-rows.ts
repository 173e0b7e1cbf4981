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

const NULL = copyValue(null);
const TRUE = copyValue(true);
const FALSE = copyValue(false);
const MAX_NAME = 255;
const MAX_MESSAGE = 2000;

/** Rarely there: most calls use nothing but plain tokens. */
function jsonValue(value: object | undefined): string {
  return value === undefined ? NULL : copyValue(JSON.stringify(value));
}

function textValue(value: string | null | undefined): string {
  return value === null || value === undefined ? NULL : copyValue(value);
}

function flag(value: boolean): string {
  return value ? TRUE : FALSE;
}

/** The name of the row before, which most often is that of the next, and what it is written as. */
let lastName = { name: '', value: '' };

function nameValue(name: string): string {
  if (name !== lastName.name) lastName = { name, value: copyValue(databaseText(name, MAX_NAME)) };
  return lastName.value;
}

/**
 * A settled call as a line of COPY. What it refers to and has gone is null. The values are joined, and not put
 * together one by one, which makes a tree of 64 texts for every call (2 KB of a call's 36).
 */
export function logRow({ call, outcome }: Settlement, live: LiveReferences): string {
  const { usage, errorMessage } = outcome;
  const { apiKeyId, modelId, price } = call;
  return [
    copyValue(call.requestId),
    call.userId,
    call.organisationId,
    live.projects.has(call.projectId) ? copyValue(call.projectId) : NULL,
    apiKeyId !== null && live.keys.has(apiKeyId) ? apiKeyId : NULL,
    modelId !== null && live.models.has(modelId) ? modelId : NULL,
    nameValue(call.modelName),
    textValue(call.provider),
    copyValue(call.endpoint),
    call.source,
    flag(call.isLocal),
    flag(call.isStream),
    usage.inputTokens,
    usage.outputTokens,
    usage.cachedTokens,
    usage.reasoningTokens,
    flag(usage.estimated),
    jsonValue(usage.details),
    textValue(price?.inputPrice),
    textValue(price?.outputPrice),
    jsonValue(price?.extras),
    outcome.bill,
    outcome.status,
    outcome.httpStatus,
    textValue(outcome.errorCode),
    errorMessage === null ? NULL : copyValue(databaseText(errorMessage, MAX_MESSAGE)),
    outcome.latencyMs ?? NULL,
    outcome.ttftMs ?? NULL,
    textValue(call.requestIp),
    call.createdAt,
    flag(call.isOwnKey === true),
    textValue(outcome.answeredBy),
    `${jsonValue(outcome.attempts)}\n`,
  ].join('\t');
}
