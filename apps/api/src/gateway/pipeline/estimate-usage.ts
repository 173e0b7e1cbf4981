import type { MeteredUsage } from '@aigc/core/calls/call';
import type { ScannedBody } from '../body/scan-body.ts';
import type { TokenEstimator } from '../tokens/token-estimator.ts';

/** Tokens of a complete answer without usage, counted from the texts. Null: the answer is none. */
export async function estimateUsage(
  tokens: TokenEstimator,
  { request, answer }: { request: ScannedBody; answer: ScannedBody | null },
): Promise<MeteredUsage> {
  const [inputTokens, outputTokens] = await Promise.all([
    tokens.prompt(request),
    answer === null ? 0 : tokens.answer(answer),
  ]);
  return { inputTokens, outputTokens, cachedTokens: 0, reasoningTokens: 0, estimated: true };
}
