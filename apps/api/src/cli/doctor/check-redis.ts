import { openRedis } from '../../limits/redis/redis-client.ts';
import type { MachineContext } from './doctor-context.ts';
import { fail, ok, warn, type Check } from './finding.ts';

const CONNECT_MS = 3_000;
/** A call waits for it; beyond the limiter's deadline calls are counted without it. */
const SLOW_MS = 20;
const MEASURED = 5;

/** Whether the limits of all machines can be counted together. Takes nothing from them. */
export const redisCheck: Check<MachineContext> = {
  name: 'limits',
  async run({ env: { redisUrl } }) {
    if (redisUrl === null) return ok('requests, tokens and running calls are counted on this machine');
    const host = URL.parse(redisUrl)?.host ?? '';
    const redis = openRedis(redisUrl);
    try {
      if (!(await redis.untilReady(CONNECT_MS))) {
        return fail(
          `Redis at ${host} does not answer, so each process counts limits alone`,
          'Check REDIS_URL with its password, and that the server runs and lets this machine in.',
        );
      }
      const fastestMs = await measure(() => redis.renew([], [1]));
      const text = `Redis at ${host} counts the limits, in ${fastestMs.toFixed(1)} ms`;
      if (fastestMs < SLOW_MS) return ok(text);
      return warn(text, 'Calls wait for it: move it nearer to this machine.');
    } finally {
      await redis.close();
    }
  },
};

async function measure(ask: () => Promise<unknown>): Promise<number> {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < MEASURED; turn += 1) {
    const startedMs = performance.now();
    await ask();
    fastestMs = Math.min(fastestMs, performance.now() - startedMs);
  }
  return fastestMs;
}
