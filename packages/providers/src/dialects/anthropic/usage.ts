import type { JsonObject, Usage } from '../../definition.ts';
import { countOf, isObject, objectOf } from '../../json-values.ts';

/** Counts of a message so far: every event that has some says the whole, so that the newer replaces the older. */
export function mergeUsage(older: JsonObject, newer: unknown): JsonObject {
  const given = Object.entries(objectOf(newer)).filter(([, value]) => value !== null);
  return { ...older, ...Object.fromEntries(given) };
}

/**
 * Usage as the Messages API reports it, of an answer, or of an event of a stream. What was read from the cache and
 * what was written to it come beside the input tokens there; here, they are part of them.
 */
export function readAnthropicUsage(answer: JsonObject): Usage | undefined {
  const usage = answer.usage ?? objectOf(answer.message).usage;
  if (!isObject(usage)) return undefined;
  const cachedTokens = countOf(usage.cache_read_input_tokens);
  const cacheWriteTokens = countOf(usage.cache_creation_input_tokens);
  const hour = countOf(objectOf(usage.cache_creation).ephemeral_1h_input_tokens);
  const cacheWriteHourTokens = Math.min(hour, cacheWriteTokens);
  return {
    inputTokens: countOf(usage.input_tokens) + cachedTokens + cacheWriteTokens,
    outputTokens: countOf(usage.output_tokens),
    cachedTokens,
    reasoningTokens: countOf(objectOf(usage.output_tokens_details).thinking_tokens),
    ...writtenDetails({ cacheWriteTokens, cacheWriteHourTokens }),
  };
}

/** Nothing where nothing was written, and of hours only where there were some. */
export function writtenDetails(written: {
  cacheWriteTokens: number;
  cacheWriteHourTokens: number;
}): Pick<Usage, 'details'> {
  const { cacheWriteTokens, cacheWriteHourTokens } = written;
  if (cacheWriteTokens === 0) return {};
  return {
    details: cacheWriteHourTokens === 0 ? { cacheWriteTokens } : { cacheWriteTokens, cacheWriteHourTokens },
  };
}

/** The same in the form of OpenAI's chat completions. */
export function toChatUsage(usage: JsonObject): JsonObject {
  const read = readAnthropicUsage({ usage });
  if (read === undefined) return {};
  return {
    prompt_tokens: read.inputTokens,
    completion_tokens: read.outputTokens,
    total_tokens: read.inputTokens + read.outputTokens,
    prompt_tokens_details: {
      cached_tokens: read.cachedTokens,
      cache_write_tokens: read.details?.cacheWriteTokens ?? 0,
      // Of nobody's form: so that a bill, and an answer in Anthropic's own words, can be made of it.
      ...(read.details?.cacheWriteHourTokens === undefined
        ? {}
        : { cache_write_1h_tokens: read.details.cacheWriteHourTokens }),
    },
    completion_tokens_details: { reasoning_tokens: read.reasoningTokens },
  };
}
