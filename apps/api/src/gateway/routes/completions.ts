import { AppError } from '@aigc/shared/errors';
import { isJsonObject } from '../body/parse-json-object.ts';
import {
  chatOutputLimit,
  invalidField,
  isGiven,
  MAX_COMPLETIONS,
  modelOf,
  optionalBoolean,
  optionalCount,
} from '../body/request-fields.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import type { ParsedRequest } from '../pipeline/contexts.ts';
import type { EndpointRoute } from './endpoint.ts';
import { handleJsonCall } from './json-call.ts';

/** OpenAI's limit of prompts in one call. */
const MAX_PROMPTS = 2048;

const isToken = (item: unknown) => Number.isInteger(item);
const isPrompt = (item: unknown) => typeof item === 'string' || (Array.isArray(item) && item.every(isToken));

/** How many texts are to be completed. @throws AppError */
function countPrompts(prompt: unknown): number {
  if (!isGiven(prompt)) throw new AppError('missing_field', 'prompt is required.', { param: 'prompt' });
  if (typeof prompt === 'string') return 1;
  if (Array.isArray(prompt) && prompt.length > 0) {
    if (prompt.every(isToken)) return 1;
    if (prompt.length <= MAX_PROMPTS && prompt.every(isPrompt)) return prompt.length;
  }
  throw invalidField('prompt', `must be a string, or up to ${MAX_PROMPTS} strings or arrays of token ids`);
}

/** Reads what the gateway must know of a legacy completion's request. @throws AppError */
export function parseCompletionsRequest(body: ScannedBody): ParsedRequest {
  const prompts = countPrompts(body.read('prompt'));
  const isStream = optionalBoolean(body, 'stream');
  const options = isStream ? body.read('stream_options') : null;
  const streamOptions = isJsonObject(options) ? options : null;
  const n = optionalCount(body, 'n', MAX_COMPLETIONS) ?? 1;
  const tried = optionalCount(body, 'best_of', MAX_COMPLETIONS) ?? 1;
  return {
    endpoint: 'completions',
    body,
    model: modelOf(body),
    isStream,
    streamOptions,
    wantsUsage: streamOptions?.include_usage === true,
    hasImage: false,
    outputLimit: chatOutputLimit(body),
    // All that are tried are billed, not only those that are answered.
    completions: prompts * Math.max(n, tried),
    forwardedHeaders: null,
  };
}

/** https://platform.openai.com/docs/api-reference/completions/create */
export const completions: EndpointRoute = {
  method: 'POST',
  path: 'completions',
  handle: (context) => handleJsonCall(context, { parse: parseCompletionsRequest, shape: null }),
};
