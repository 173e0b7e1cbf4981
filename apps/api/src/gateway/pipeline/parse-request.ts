import { AppError } from '@aigc/shared/errors';
import type { Endpoint } from '@aigc/providers/definition';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import type { ParsedRequest } from './contexts.ts';

/** OpenAI's limit for `n`. */
const MAX_COMPLETIONS = 128;
const MAX_MODEL_LENGTH = 255;

/**
 * The most tokens one image can count as, whatever its bytes: OpenAI's dearest tiling (gpt-4o-mini, high
 * detail, 2048 x 4096) stays below it. https://platform.openai.com/docs/guides/images-vision
 */
const IMAGE_TOKEN_BOUND = 50_000;

function invalidField(param: string, rule: string): AppError {
  return new AppError('invalid_field', `${param} ${rule}.`, { param });
}

function optionalCount(value: JsonObject, field: string, max: number): number | null {
  const given = value[field];
  if (given === undefined || given === null) return null;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > max) {
    throw invalidField(field, `must be a whole number from 1 to ${max}`);
  }
  return given;
}

function optionalBoolean(value: JsonObject, field: string): boolean {
  const given = value[field];
  if (given === undefined || given === null) return false;
  if (typeof given !== 'boolean') throw invalidField(field, 'must be true or false');
  return given;
}

function modelOf(value: JsonObject): string | null {
  const { model } = value;
  if (model === undefined || model === null || model === '') return null;
  if (typeof model !== 'string') throw invalidField('model', 'must be a string');
  if (model.length > MAX_MODEL_LENGTH)
    throw invalidField('model', `must have at most ${MAX_MODEL_LENGTH} characters`);
  return model;
}

/** Images and sounds of the messages: how many, and how many bytes of the body they are. */
function media(messages: unknown[]): { count: number; bytes: number; hasImage: boolean } {
  const found = { count: 0, bytes: 0, hasImage: false };
  for (const message of messages) {
    const content = isJsonObject(message) ? message.content : undefined;
    for (const part of Array.isArray(content) ? (content as unknown[]) : []) {
      if (!isJsonObject(part)) continue;
      const image = isJsonObject(part.image_url) ? part.image_url.url : part.image_url;
      const audio = isJsonObject(part.input_audio) ? part.input_audio.data : undefined;
      if (image !== undefined) found.hasImage = true;
      for (const data of [image, audio]) {
        if (typeof data !== 'string') continue;
        found.count += 1;
        found.bytes += data.length;
      }
    }
  }
  return found;
}

function requireMessages(value: JsonObject): unknown[] {
  const { messages } = value;
  if (messages === undefined)
    throw new AppError('missing_field', 'messages is required.', { param: 'messages' });
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalidField('messages', 'must be a non-empty array of messages');
  }
  messages.forEach((message: unknown, index) => {
    const param = `messages[${index}]`;
    if (!isJsonObject(message)) throw invalidField(param, 'must be an object');
    if (typeof message.role !== 'string')
      throw invalidField(`${param}.role`, 'must be a string such as "user"');
  });
  return messages as unknown[];
}

/** Reads what the gateway must know of a chat request; everything else is forwarded as it is. */
export function parseChatRequest({ text, value }: { text: string; value: JsonObject }): ParsedRequest {
  const messages = requireMessages(value);
  const found = media(messages);
  const isStream = optionalBoolean(value, 'stream');
  const options = value.stream_options;
  const limits = [
    optionalCount(value, 'max_tokens', 100_000_000),
    optionalCount(value, 'max_completion_tokens', 100_000_000),
  ].filter((limit) => limit !== null);
  return {
    endpoint: 'chat/completions',
    text,
    value,
    model: modelOf(value),
    isStream,
    wantsUsage: isStream && isJsonObject(options) && options.include_usage === true,
    hasImage: found.hasImage,
    // A token is at least one byte of UTF-8.
    promptTokenBound: Buffer.byteLength(text) - found.bytes + found.count * IMAGE_TOKEN_BOUND,
    // Which of two counts is for the upstream to say; the hold covers either.
    outputLimit: limits.length === 0 ? null : Math.max(...limits),
    completions: optionalCount(value, 'n', MAX_COMPLETIONS) ?? 1,
  };
}

/** Reads an embeddings request: one text, several, or lists of token ids. */
export function parseEmbeddingsRequest({ text, value }: { text: string; value: JsonObject }): ParsedRequest {
  const { input } = value;
  if (input === undefined) throw new AppError('missing_field', 'input is required.', { param: 'input' });
  const isText = (item: unknown) => typeof item === 'string';
  const isTokens = (item: unknown) => Array.isArray(item) && item.every((token) => Number.isInteger(token));
  const isList = Array.isArray(input) && input.length > 0;
  if (!isText(input) && !(isList && (input.every(isText) || isTokens(input) || input.every(isTokens)))) {
    throw invalidField('input', 'must be a string, a non-empty array of strings, or arrays of token ids');
  }
  const format = value.encoding_format ?? 'float';
  if (format !== 'float' && format !== 'base64')
    throw invalidField('encoding_format', 'must be float or base64');
  return {
    endpoint: 'embeddings' satisfies Endpoint,
    text,
    value,
    model: modelOf(value),
    isStream: false,
    wantsUsage: false,
    hasImage: false,
    promptTokenBound: Buffer.byteLength(text),
    outputLimit: 0,
    completions: 1,
  };
}
