import type { UpstreamEntry } from '@aigc/core/snapshot/snapshot';
import type { RoutingStrategy } from '@aigc/shared/schemas/routing';
import type { HealthRegister } from './health-register.ts';

export interface OrderOptions {
  strategy: RoutingStrategy;
  health: Pick<HealthRegister, 'find'>;
  isStream: boolean;
  /** What the call can use at most: what `lowest_price` compares the costs of. */
  tokens: { prompt: number; output: number };
  nowMs: number;
  /** From 0 to below 1. */
  random: () => number;
}

/** Upstreams in the order of the model's strategy, whatever is known of their health. */
export function orderUpstreams(
  upstreams: readonly UpstreamEntry[],
  options: OrderOptions,
): readonly UpstreamEntry[] {
  if (upstreams.length < 2) return upstreams;
  switch (options.strategy) {
    case 'priority':
      return byPriority(upstreams, options.random);
    case 'weighted':
      return shuffled(upstreams, options.random);
    case 'lowest_latency': {
      const { health, isStream, nowMs } = options;
      // What is not known comes first, or it would never be.
      return sortedBy(
        byPriority(upstreams, options.random),
        ({ key }) => health.find(key)?.latencyMs(isStream, nowMs) ?? -1,
      );
    }
    case 'lowest_price':
      return sortedBy(byPriority(upstreams, options.random), (upstream) => costOf(upstream, options.tokens));
  }
}

function byPriority(upstreams: readonly UpstreamEntry[], random: () => number): UpstreamEntry[] {
  const priorities = [...new Set(upstreams.map(({ priority }) => priority))].toSorted((a, b) => a - b);
  return priorities.flatMap((wanted) =>
    shuffled(
      upstreams.filter(({ priority }) => priority === wanted),
      random,
    ),
  );
}

/** Each place is drawn among those that are left, with their weights. */
function shuffled(upstreams: readonly UpstreamEntry[], random: () => number): UpstreamEntry[] {
  if (upstreams.length < 2) return [...upstreams];
  const left = [...upstreams];
  const drawn: UpstreamEntry[] = [];
  while (left.length > 0) {
    let mark = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    let place = left.findIndex(({ weight }) => (mark -= weight) < 0);
    if (place === -1) place = left.length - 1;
    drawn.push(...left.splice(place, 1));
  }
  return drawn;
}

/** Equal ones stay in order. */
function sortedBy(
  upstreams: readonly UpstreamEntry[],
  rank: (upstream: UpstreamEntry) => number,
): UpstreamEntry[] {
  const ranks = new Map(upstreams.map((upstream) => [upstream, rank(upstream)]));
  return upstreams.toSorted((a, b) => compare(ranks.get(a) ?? 0, ranks.get(b) ?? 0));
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What is not known comes last. */
function costOf({ cost }: UpstreamEntry, { prompt, output }: OrderOptions['tokens']): number {
  return cost === null
    ? Infinity
    : Number(cost.inputUnits) * Math.max(prompt, 1) + Number(cost.outputUnits) * Math.max(output, 1);
}
