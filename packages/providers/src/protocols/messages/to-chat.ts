import { createHash } from 'node:crypto';
import type { ChatRequest } from '../../client-protocol.ts';
import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import { ParameterReader } from '../../parameter-reader.ts';
import { chatMessages } from './chat-messages.ts';
import { chatTools } from './chat-tools.ts';

/** More than this many are refused by OpenAI. */
const MAX_STOPS = 4;
/** OpenAI's limit for the name of a user. */
const MAX_USER_LENGTH = 64;

/** A request for a message as one for a chat completion. @throws RequestMappingError */
export function messagesToChat(request: JsonObject): ChatRequest {
  const parameters = new ParameterReader(request);
  const messages = chatMessages(request, parameters);
  refuse(request, 'mcp_servers', 'are reached by Anthropic only');
  const chat: JsonObject = {
    messages,
    max_completion_tokens: maxTokens(parameters),
    ...chatTools(parameters),
    ...numbers(parameters),
    ...stops(parameters),
    ...user(parameters),
    ...outputConfig(request, parameters),
  };
  if (request.stream === true) chat.stream = true;
  return { chat, parameters: parameters.report() };
}

function maxTokens(parameters: ParameterReader): number {
  const limit = parameters.take('max_tokens');
  if (typeof limit === 'number' && Number.isInteger(limit) && limit >= 1) return limit;
  const wrong = limit === undefined ? 'is required' : 'must be a whole number above 0';
  throw new RequestMappingError('max_tokens', `max_tokens ${wrong}.`);
}

function refuse(request: JsonObject, name: string, why: string): void {
  const value = request[name];
  if (Array.isArray(value) && value.length > 0) throw new RequestMappingError(name, `${name} ${why}.`);
}

function numbers(parameters: ParameterReader): JsonObject {
  const members: JsonObject = {};
  for (const name of ['temperature', 'top_p']) {
    const value = parameters.take(name);
    if (value === undefined) continue;
    if (typeof value !== 'number') throw new RequestMappingError(name, `${name} must be a number.`);
    members[name] = value;
  }
  return members;
}

function stops(parameters: ParameterReader): JsonObject {
  const sequences = parameters.take('stop_sequences');
  if (sequences === undefined) return {};
  if (!Array.isArray(sequences) || sequences.some((sequence) => typeof sequence !== 'string')) {
    throw new RequestMappingError('stop_sequences', 'stop_sequences must be an array of strings.');
  }
  if (sequences.length > MAX_STOPS) parameters.drop(`stop_sequences above ${MAX_STOPS}`);
  return sequences.length === 0 ? {} : { stop: sequences.slice(0, MAX_STOPS) };
}

function user(parameters: ParameterReader): JsonObject {
  const id = stringOf(objectOf(parameters.take('metadata')).user_id);
  if (id === null || id === '') return {};
  // A longer one still tells users apart by its digest.
  return { user: id.length <= MAX_USER_LENGTH ? id : createHash('sha256').update(id).digest('hex') };
}

/** How much is to be thought, and in which form is to be answered. */
function outputConfig(request: JsonObject, parameters: ParameterReader): JsonObject {
  const config = objectOf(parameters.take('output_config'));
  const format = objectOf(config.format ?? parameters.take('output_format'));
  const members: JsonObject = {};
  if (format.type === 'json_schema' && isObject(format.schema)) {
    const named = { name: 'answer', strict: true, schema: format.schema };
    members.response_format = { type: 'json_schema', json_schema: named };
  }
  const thinking = objectOf(request.thinking);
  const effort = stringOf(config.effort) ?? budgetEffort(thinking);
  if (effort !== null && thinking.type !== 'disabled') {
    parameters.take('thinking');
    members.reasoning_effort = effort === 'max' ? 'xhigh' : effort;
  } else if (thinking.type === 'disabled') parameters.ignoreIf('thinking', () => true);
  return members;
}

/** The effort that comes nearest to a budget of tokens. */
function budgetEffort({ type, budget_tokens: budget }: JsonObject): string | null {
  if (type === 'adaptive') return 'high';
  if (type !== 'enabled' || typeof budget !== 'number') return null;
  if (budget <= 2048) return 'low';
  return budget <= 8192 ? 'medium' : 'high';
}

/** Whether the client wants to see thoughts: those who did not ask for them may expect a text first. */
export function wantsThinking(request: JsonObject): boolean {
  const { type } = objectOf(request.thinking);
  return type === 'enabled' || type === 'adaptive';
}
