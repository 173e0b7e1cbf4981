import type { MeteredUsage } from '@aigc/core/calls/call';
import { JsonError } from '@aigc/providers/scan-json';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject } from '../body/parse-json-object.ts';
import { scanAnswer, type ScannedBody } from '../body/scan-body.ts';
import { messageText, TokenEstimate } from '../tokens.ts';
import type { Reserved } from './contexts.ts';
import { redactSecrets } from './redact.ts';

/** Longest reason of an upstream that is passed on here. */
const MAX_REASON = 300;

/** Checks a whole answer. @throws AppError if it is not JSON of the endpoint's shape */
export function checkAnswer(
  bytes: Buffer,
  { contentType, context }: { contentType: string; context: Reserved },
): ScannedBody {
  const answer = scan(bytes, contentType);
  const list = context.request.endpoint === 'embeddings' ? 'data' : 'choices';
  if (answer?.kindOf(list) === 'array') return answer;
  const { definition, target } = context.model;
  const said = answer === null ? undefined : definition.readError(answer.value());
  const why =
    said === undefined ? '' : `: ${redactSecrets(said.message, target.apiKey).slice(0, MAX_REASON)}`;
  throw new AppError('upstream_bad_response', `The upstream's answer has no ${list}${why}.`);
}

/** Null: valid JSON, but no object. */
function scan(bytes: Buffer, contentType: string): ScannedBody | null {
  try {
    return scanAnswer(bytes);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error.fault === 'not_an_object') return null;
    if (error.fault === 'not_utf8') {
      throw new AppError('upstream_bad_response', 'The upstream answered with something that is not UTF-8.');
    }
    const what = /html/i.test(contentType) ? 'an HTML page' : 'something that is not JSON';
    throw new AppError(
      'upstream_bad_response',
      `The upstream answered with ${what}; its address may be wrong.`,
    );
  }
}

/** Tokens of a complete answer: as reported (an explicit zero stays zero), else estimated from its text. */
export function meterAnswer(
  answer: ScannedBody,
  { model }: Reserved,
  estimatedPromptTokens: () => number,
): MeteredUsage {
  const reported = model.definition.readUsage({ usage: answer.read('usage') });
  if (reported !== undefined) return { ...reported, estimated: false };
  const output = new TokenEstimate();
  const choices = answer.read('choices');
  for (const choice of Array.isArray(choices) ? (choices as unknown[]) : []) {
    if (isJsonObject(choice)) output.add(messageText(choice.message));
  }
  return {
    inputTokens: estimatedPromptTokens(),
    outputTokens: output.tokens,
    cachedTokens: 0,
    reasoningTokens: 0,
    estimated: true,
  };
}
