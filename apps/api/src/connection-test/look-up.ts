import type { UpstreamErrorBody } from '@aigc/providers/definition';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { OutboundResponse } from '../outbound/outbound.ts';
import { readBody } from '../outbound/read-body.ts';
import { callShaped, listsModels, type ShapedUpstream } from './shaped-upstream.ts';

/** Long enough for a slow list, short enough for someone who waits. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface LookUpOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * Looks at an upstream without calling a model, which could cost: asks for its list of models; where it has none, for
 * an access token; else only whether it answers at all. Gives the status that speaks of the upstream, 200 if it is well.
 * @throws OutboundError, AppError
 */
export async function lookUp(
  upstream: ShapedUpstream,
  { timeoutMs, signal }: LookUpOptions,
): Promise<number> {
  const { definition, target, accessTokens, outbound } = upstream;
  const request = {
    url: target.baseUrl,
    method: 'GET' as const,
    headers: {},
    trust: 'operator' as const,
    signal,
    totalTimeoutMs: timeoutMs,
    maxResponseBytes: MAX_ANSWER_BYTES,
  };
  if (listsModels(upstream)) {
    const answer = await callShaped(upstream, 'models', request);
    if (answer.status === 400 && (await isAboutKey(upstream, answer))) return 401;
    answer.body.destroy();
    return answer.status;
  }
  if (definition.accessToken !== undefined) {
    await accessTokens.get(definition.accessToken, target.apiKey ?? '');
    return 200;
  }
  // Without the credential: what it makes of that says nothing, and that it answers is all that is asked.
  try {
    const answer = await outbound.request(request);
    answer.body.destroy();
    return answer.status >= 500 ? answer.status : 200;
  } catch (error) {
    if (error instanceof OutboundError && error.reason === 'redirect') return 200;
    throw error;
  }
}

/** Whether a 400 is the dialect's way to refuse a key, as Google's is. */
async function isAboutKey({ definition }: ShapedUpstream, answer: OutboundResponse): Promise<boolean> {
  const text = await readBody(answer, MAX_ANSWER_BYTES).then(String, () => '');
  let error: UpstreamErrorBody | undefined;
  try {
    ({ error } = JSON.parse(text) as { error?: UpstreamErrorBody });
  } catch {
    return false;
  }
  return definition.classify?.({ status: answer.status, error, body: undefined }) === 'authentication';
}
