import type { HealthRegister } from '../gateway/routing/health-register.ts';
import type { UpstreamHealth } from '../gateway/routing/upstream-health.ts';
import { LabelledCounter } from './labelled-counter.ts';
import type { Sample, Samples } from './report.ts';

/** Addresses and names of users' own models are private, and nobody bounds how many there are. */
const LOCAL = ['local', 'local'] as const;

const STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** What is known of upstreams, as metrics. */
export function upstreamSamples(health: HealthRegister): Samples {
  const attempts = new LabelledCounter();
  const breakers = new Map<string, Sample>();
  const nowMs = performance.now();
  for (const [, upstream] of health.entries) {
    const labels = labelsOf(upstream);
    attempts.addMany(upstream.answered, ...labels, '');
    for (const [code, count] of upstream.failed) attempts.addMany(count, ...labels, code);
    if (upstream.name.provider === null) continue;
    const value = STATES[upstream.breaker.state(nowMs)];
    const key = JSON.stringify(labels);
    const known = breakers.get(key);
    if (known === undefined || value > Number(known.value)) breakers.set(key, { labels, value });
  }
  return {
    aigc_upstream_attempts_total: attempts.samples,
    aigc_upstream_breaker_state: [...breakers.values()],
  };
}

function labelsOf({ name: { provider, upstreamModel } }: UpstreamHealth): readonly string[] {
  return provider === null ? LOCAL : [upstreamModel, provider];
}
