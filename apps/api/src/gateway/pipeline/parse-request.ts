import { AppError } from '@aigc/shared/errors';
import { isJsonObject } from '../body/parse-json-object.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from './contexts.ts';

/** OpenAI's limit for `n`. */
const MAX_COMPLETIONS = 128;
const MAX_OUTPUT_TOKENS = 100_000_000;
const MAX_MODEL_LENGTH = 255;

function invalidField(param: string, rule: string): AppError {
  return new AppError('invalid_field', `${param} ${rule}.`, { param });
}

function optionalCount(body: ScannedBody, field: string, max: number): number | null {
  const given = body.read(field);
  if (given === undefined || given === null) return null;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > max) {
    throw invalidField(field, `must be a whole number from 1 to ${max}`);
  }
  return given;
}

function optionalBoolean(body: ScannedBody, field: string): boolean {
  const given = body.read(field);
  if (given === undefined || given === null) return false;
  if (typeof given !== 'boolean') throw invalidField(field, 'must be true or false');
  return given;
}

function modelOf(body: ScannedBody): string | null {
  const model = body.read('model');
  if (model === undefined || model === null || model === '') return null;
  if (typeof model !== 'string') throw invalidField('model', 'must be a string');
  if (model.length > MAX_MODEL_LENGTH)
    throw invalidField('model', `must have at most ${MAX_MODEL_LENGTH} characters`);
  return model;
}

function requireMessages(body: ScannedBody): void {
  const kind = body.kindOf('messages');
  if (kind === undefined) throw new AppError('missing_field', 'messages is required.', { param: 'messages' });
  if (kind !== 'array' || body.itemsOf('messages') === 0) {
    throw invalidField('messages', 'must be a non-empty array of messages');
  }
  if (body.messageFault === null) return;
  const { index, what } = body.messageFault;
  const param = `messages[${index}]`;
  if (what === 'message') throw invalidField(param, 'must be an object');
  throw invalidField(`${param}.role`, 'must be a string such as "user"');
}

/** The larger of the client's two limits: which of them counts is for the upstream to say; the hold covers either. */
function outputLimitOf(body: ScannedBody): number | null {
  const older = optionalCount(body, 'max_tokens', MAX_OUTPUT_TOKENS);
  const newer = optionalCount(body, 'max_completion_tokens', MAX_OUTPUT_TOKENS);
  return older === null || newer === null ? (older ?? newer) : Math.max(older, newer);
}

/** Reads what the gateway must know of a chat request; everything else is forwarded as it is. */
export function parseChatRequest(body: ScannedBody): ParsedRequest {
  requireMessages(body);
  const isStream = optionalBoolean(body, 'stream');
  const options = isStream ? body.read('stream_options') : null;
  const streamOptions = isJsonObject(options) ? options : null;
  return {
    endpoint: 'chat/completions',
    body,
    model: modelOf(body),
    isStream,
    streamOptions,
    wantsUsage: streamOptions !== null && streamOptions.include_usage === true,
    hasImage: body.media.images > 0,
    outputLimit: outputLimitOf(body),
    completions: optionalCount(body, 'n', MAX_COMPLETIONS) ?? 1,
    forwardedHeaders: null,
  };
}

/** Reads an embeddings request: one text, several, or lists of token ids. */
export function parseEmbeddingsRequest(body: ScannedBody): ParsedRequest {
  const input = body.read('input');
  if (input === undefined) throw new AppError('missing_field', 'input is required.', { param: 'input' });
  const isText = (item: unknown) => typeof item === 'string';
  const isTokens = (item: unknown) => Array.isArray(item) && item.every((token) => Number.isInteger(token));
  const isList = Array.isArray(input) && input.length > 0;
  if (!isText(input) && !(isList && (input.every(isText) || isTokens(input) || input.every(isTokens)))) {
    throw invalidField('input', 'must be a string, a non-empty array of strings, or arrays of token ids');
  }
  const format = body.read('encoding_format') ?? 'float';
  if (format !== 'float' && format !== 'base64')
    throw invalidField('encoding_format', 'must be float or base64');
  return {
    endpoint: 'embeddings',
    body,
    model: modelOf(body),
    isStream: false,
    streamOptions: null,
    wantsUsage: false,
    hasImage: false,
    outputLimit: 0,
    completions: 1,
    forwardedHeaders: null,
  };
}
