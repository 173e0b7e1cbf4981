import type { CheckedUpstream, UpstreamCheck } from '@aigc/core/models/upstream-checks';
import { providerDefinition } from '@aigc/providers/registry';
import { isChatType } from '@aigc/shared/model-endpoints';
import { classifyFailure } from '../connection-test/classify-failure.ts';
import { lookUp } from '../connection-test/look-up.ts';
import { listsModels } from '../connection-test/shaped-upstream.ts';
import { testConnection } from '../connection-test/test-connection.ts';
import type { Container } from '../container.ts';

const DEADLINE_MS = 20_000;

interface CheckOptions {
  /** By a short call to the model, which its provider may charge for, instead of a look at its list of models. */
  isPaid: boolean;
  signal: AbortSignal;
}

/** Checks upstreams, all at once. Never throws for what they do. */
export function checkUpstreams(
  container: Pick<Container, 'outbound' | 'accessTokens'>,
  upstreams: readonly CheckedUpstream[],
  options: CheckOptions,
): Promise<UpstreamCheck[]> {
  return Promise.all(upstreams.map((upstream) => checkOne(container, upstream, options)));
}

async function checkOne(
  { outbound, accessTokens }: Pick<Container, 'outbound' | 'accessTokens'>,
  upstream: CheckedUpstream,
  { isPaid, signal }: CheckOptions,
): Promise<UpstreamCheck> {
  const { dialect, settings, baseUrl, apiKey, upstreamModel, type } = upstream;
  const failed = (reason: string): UpstreamCheck => ({
    upstream: nameOf(upstream),
    outcome: { ok: false, latency_ms: null, reason },
  });
  try {
    const definition = providerDefinition(dialect);
    // It answers in this process: there is nothing that could be away.
    if (definition.answer !== undefined) {
      return { upstream: nameOf(upstream), outcome: { ok: true, latency_ms: 0, reason: null } };
    }
    const target = { baseUrl, apiKey, settings, model: upstreamModel };
    const shaped = { definition, target, accessTokens, outbound };
    if (!isPaid && !listsModels(shaped)) {
      const startedMs = performance.now();
      const status = await lookUp(shaped, { timeoutMs: DEADLINE_MS, signal });
      if (status !== 200) return failed('upstream_error');
      const latencyMs = Math.round(performance.now() - startedMs);
      return { upstream: nameOf(upstream), outcome: { ok: true, latency_ms: latencyMs, reason: null } };
    }
    const events = testConnection({
      baseUrl,
      apiKey: apiKey ?? undefined,
      model: upstreamModel,
      mode: isPaid ? paidMode(type) : 'list',
      outbound,
      upstream: shaped,
      signal,
      deadlineMs: DEADLINE_MS,
    });
    for await (const event of events) {
      if (event.type !== 'result') continue;
      const { ok, latency_ms: latencyMs, reason } = event;
      return { upstream: nameOf(upstream), outcome: { ok, latency_ms: latencyMs, reason } };
    }
    return failed('aborted');
  } catch (error) {
    return failed(classifyFailure(error, null).reason);
  }
}

/** What makes no cheap call is only looked up in the list. */
function paidMode(type: CheckedUpstream['type']): 'chat' | 'embedding' | 'list' {
  if (isChatType(type)) return 'chat';
  return type === 'embedding' ? 'embedding' : 'list';
}

function nameOf({ isOwn, providerId, upstreamModel }: CheckedUpstream): UpstreamCheck['upstream'] {
  return { isOwn, providerId, upstreamModel };
}
