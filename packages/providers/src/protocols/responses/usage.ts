import type { Usage } from '../../definition.ts';
import { countOf, isObject, objectOf } from '../../json-values.ts';

/** Tokens of a native response: https://platform.openai.com/docs/api-reference/responses/object; undefined: not reported. */
export function readResponseUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage) || typeof usage.input_tokens !== 'number') return undefined;
  const input = objectOf(usage.input_tokens_details);
  const cacheWriteTokens = countOf(input.cache_write_tokens);
  const read: Usage = {
    inputTokens: countOf(usage.input_tokens),
    outputTokens: countOf(usage.output_tokens),
    cachedTokens: countOf(input.cached_tokens),
    reasoningTokens: countOf(objectOf(usage.output_tokens_details).reasoning_tokens),
  };
  return cacheWriteTokens === 0 ? read : { ...read, details: { cacheWriteTokens } };
}
