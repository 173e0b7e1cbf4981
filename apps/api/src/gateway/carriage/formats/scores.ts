import type { MeteredUsage } from '@aigc/core/calls/call';
import { isJsonObject } from '../../body/parse-json-object.ts';
import type { ScannedBody } from '../../body/scan-body.ts';
import type { AnswerFormat } from '../answer-format.ts';
import { checkAnswer } from '../json-answer.ts';
import { meteredJson, tokenCount, usageOf } from './metered-json.ts';

/** Answers that are a list of results: of a reranker, in Cohere's and Jina's form, or of a moderation. */
export const scoresFormat: AnswerFormat = {
  outputLimitField: () => null,
  readAnswer(bytes, options) {
    const answer = checkAnswer(bytes, 'results', options);
    return meteredJson(answer, () => scoresUsage(answer));
  },
};

/**
 * Jina and most others: `usage`; Cohere and SiliconFlow: `meta.billed_units` or `meta.tokens`. Units of search are no
 * tokens: models that are sold by them have a price per call.
 */
function scoresUsage(answer: ScannedBody): MeteredUsage | null {
  const usage = answer.read('usage');
  const meta = answer.read('meta');
  const { tokens, billed_units: billed } = isJsonObject(meta) ? meta : {};
  for (const reported of [usage, tokens, billed]) {
    if (!isJsonObject(reported)) continue;
    const { prompt_tokens: prompt, input_tokens: given, total_tokens: total, output_tokens: made } = reported;
    const input = tokenCount(prompt) ?? tokenCount(given) ?? tokenCount(total);
    if (input !== undefined) return usageOf({ input, output: tokenCount(made) ?? 0 });
  }
  return null;
}
