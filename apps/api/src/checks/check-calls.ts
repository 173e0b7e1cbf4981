import { findSlowModels, type SlowModel } from '@aigc/core/health/find-slow-models';
import { recentFailures, type RecentFailures } from '@aigc/core/health/recent-failures';
import type { ContentContext } from './check-context.ts';
import { ok, warn, type Check, type Finding } from './finding.ts';

const DAY_MS = 86_400_000;

/** Slow inference: the last day against the week before. */
export const latencyCheck: Check<ContentContext> = {
  name: 'latency',
  async run({ em, now }) {
    const slow = await findSlowModels(em(), now);
    if (slow.length === 0) return ok('latency.ok');
    return slow.map(describeSlow);
  },
};

function describeSlow({ model, p50_ms, typical_p50_ms, p95_ms, typical_p95_ms }: SlowModel): Finding {
  return warn('latency.slow', {
    model,
    p50: p50_ms,
    usualP50: typical_p50_ms,
    p95: p95_ms,
    usualP95: typical_p95_ms,
  });
}

/** What operators can mend, by the code that the calls failed with. Other failures are the callers' or pass. */
const MENDABLE = [
  'upstream_auth_failed',
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_bad_response',
  'model_not_priced',
  'insufficient_quota',
  'interrupted',
] as const;

/** Wrong credentials and other failures that somebody has to mend. */
export const failuresCheck: Check<ContentContext> = {
  name: 'failures',
  async run({ em, now }) {
    return describeFailures(await recentFailures(em(), new Date(now.getTime() - DAY_MS)));
  },
};

export function describeFailures(failures: readonly RecentFailures[]): Finding | Finding[] {
  const findings = MENDABLE.flatMap((code) => {
    const found = failures.filter((failure) => failure.code === code);
    if (found.length === 0) return [];
    const calls = found.reduce((sum, failure) => sum + failure.calls, 0);
    return [warn(`failures.${code}`, { count: calls, names: found.map(({ model }) => model) })];
  });
  return findings.length > 0 ? findings : ok('failures.none');
}
