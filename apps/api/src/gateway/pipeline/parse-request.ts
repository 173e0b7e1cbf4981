import { AppError } from '@aigc/shared/errors';
import { isJsonObject } from '../body/parse-json-object.ts';
import {
  chatOutputLimit,
  invalidField,
  MAX_COMPLETIONS,
  modelOf,
  optionalBoolean,
  optionalCount,
} from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from './contexts.ts';

/** @throws AppError if the messages are not a list of objects with roles */
export function requireMessages(body: ScannedBody): void {
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
    outputLimit: chatOutputLimit(body),
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
