import type { ModelEntry, UpstreamEntry } from '@aigc/core/snapshot/snapshot';
import type { HealthRegister } from './health-register.ts';
import { orderUpstreams, type OrderOptions } from './order-upstreams.ts';

/** An upstream, and the model it is called for. */
export interface Candidate {
  entry: ModelEntry;
  upstream: UpstreamEntry;
}

/** A model, and those of its upstreams that may be called. */
export interface CandidateSource {
  entry: ModelEntry;
  upstreams: readonly UpstreamEntry[];
}

export interface CandidateOptions extends Omit<OrderOptions, 'strategy' | 'health'> {
  health: HealthRegister;
}

/**
 * Where a call is tried, in order: the upstreams of the model by its strategy, then those of each fallback by its own.
 * Those that calls are kept away from for a while come behind all others.
 */
export function candidatesOf(
  sources: readonly CandidateSource[],
  options: CandidateOptions,
): readonly Candidate[] {
  const seen = new Set<string>();
  const ready: Candidate[] = [];
  const others: Candidate[] = [];
  for (const { entry, upstreams } of sources) {
    for (const upstream of orderUpstreams(upstreams, { ...options, strategy: entry.strategy })) {
      if (seen.has(upstream.key)) continue;
      seen.add(upstream.key);
      const isReady = options.health.find(upstream.key)?.isReady(options.nowMs) ?? true;
      (isReady ? ready : others).push({ entry, upstream });
    }
  }
  return [...ready, ...others];
}
