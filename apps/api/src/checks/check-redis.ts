import { openRedis } from '../limits/redis/redis-client.ts';
import type { MachineContext } from './check-context.ts';
import { fail, ok, warn, type Check } from './finding.ts';

const CONNECT_MS = 3_000;
/** A call waits for it; beyond the limiter's deadline calls are counted without it. */
const SLOW_MS = 20;
const MEASURED = 5;

/** Whether the limits of all machines can be counted together. Takes nothing from them. */
export const redisCheck: Check<MachineContext> = {
  name: 'limits',
  async run({ env: { redisUrl } }) {
    if (redisUrl === null) return ok('limits.memory');
    const host = URL.parse(redisUrl)?.host ?? '';
    const redis = openRedis(redisUrl);
    try {
      if (!(await redis.untilReady(CONNECT_MS))) {
        return fail('limits.redis_away', { host });
      }
      const ms = await measure(() => redis.renew([], [1]));
      return ms < SLOW_MS ? ok('limits.redis', { host, ms }) : warn('limits.redis_slow', { host, ms });
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
