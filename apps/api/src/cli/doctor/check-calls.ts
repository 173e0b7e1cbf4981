import { findSlowModels, type SlowModel } from '@aigc/core/health/find-slow-models';
import { recentFailures, type RecentFailures } from '@aigc/core/health/recent-failures';
import type { ContentContext } from './doctor-context.ts';
import { count, listNames, ok, warn, type Check, type Finding } from './finding.ts';

const DAY_MS = 86_400_000;

/** Slow inference: the last day against the week before. */
export const latencyCheck: Check<ContentContext> = {
  name: 'latency',
  async run({ em, now }) {
    const slow = await findSlowModels(em(), now);
    if (slow.length === 0) return ok('no model answers slower than usual');
    return slow.map(describeSlow);
  },
};

function describeSlow({ model, p50_ms, typical_p50_ms, p95_ms, typical_p95_ms }: SlowModel): Finding {
  return warn(
    `${model} is slow: half of its answers of the last day took ${p50_ms} ms or more (before: ${typical_p50_ms} ms), one in twenty ${p95_ms} ms (before: ${typical_p95_ms} ms)`,
    'Test the model in the panel: if the first byte comes late, the upstream is slow; otherwise look at the load of this machine.',
  );
}

/** What operators can mend, by the code that the calls failed with. Other failures are the callers' or pass. */
const FIXES: Record<string, { what: string; fix: string }> = {
  upstream_auth_failed: {
    what: 'the upstream refused our key',
    fix: 'Enter the key of its provider again in the panel and test the connection.',
  },
  upstream_unreachable: {
    what: 'the upstream could not be reached',
    fix: 'Run `npm run cli -- doctor --network`, and check the address of its provider.',
  },
  upstream_timeout: {
    what: 'the upstream did not answer in time',
    fix: 'Test the model in the panel; ask its provider if it stays slow.',
  },
  upstream_bad_response: {
    what: 'the upstream did not answer as an OpenAI-compatible API',
    fix: 'Check the address of its provider: it usually ends in /v1.',
  },
  model_not_priced: { what: 'the model has no price', fix: 'Set the prices of the model in the panel.' },
  insufficient_quota: {
    what: 'the balance did not suffice',
    fix: 'Top up with `npm run cli -- user top-up <email> <amount>`.',
  },
  interrupted: {
    what: 'the server stopped while calls were running',
    fix: 'Stop it with SIGTERM and give it time to finish; look for a lack of memory if it was killed.',
  },
};

/** Wrong credentials and other failures that somebody has to mend. */
export const failuresCheck: Check<ContentContext> = {
  name: 'failures',
  async run({ em, now }) {
    return describeFailures(await recentFailures(em(), new Date(now.getTime() - DAY_MS)));
  },
};

export function describeFailures(failures: readonly RecentFailures[]): Finding | Finding[] {
  const findings = Object.entries(FIXES).flatMap(([code, { what, fix }]) => {
    const found = failures.filter((failure) => failure.code === code);
    if (found.length === 0) return [];
    const calls = found.reduce((sum, failure) => sum + failure.calls, 0);
    const models = listNames(found.map(({ model }) => model));
    return [warn(`${count(calls, 'call')} of the last day failed because ${what}: ${models}`, fix)];
  });
  return findings.length > 0
    ? findings
    : ok('no calls of the last day failed for a reason to be mended here');
}
