import type { MeteredUsage } from '@aigc/core/calls/call';
import { JsonError } from '@aigc/providers/scan-json';
import { AppError } from '@aigc/shared/errors';
import { scanAnswer, type ScannedBody } from '../body/scan-body.ts';
import type { TokenEstimator } from '../tokens/token-estimator.ts';
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

/** Tokens of a complete answer as its upstream reported them; null: it did not. An explicit zero stays zero. */
export function reportedUsage(answer: ScannedBody, { model }: Reserved): MeteredUsage | null {
  const reported = model.definition.readUsage({ usage: answer.read('usage') });
  return reported === undefined ? null : { ...reported, estimated: false };
}

/** Tokens of a complete answer without usage, counted from the texts. */
export async function estimateUsage(
  tokens: TokenEstimator,
  { request, answer }: { request: ScannedBody; answer: ScannedBody },
): Promise<MeteredUsage> {
  const [inputTokens, outputTokens] = await Promise.all([tokens.prompt(request), tokens.answer(answer)]);
  return { inputTokens, outputTokens, cachedTokens: 0, reasoningTokens: 0, estimated: true };
}
