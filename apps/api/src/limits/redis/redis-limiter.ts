import type { Log } from '../../log.ts';
import { createFallbackLimiter } from '../fallback-limiter.ts';
import type { Limiter } from '../limiter.ts';
import { createMemoryLimiter } from '../memory-limiter.ts';
import { openRedis } from './redis-client.ts';
import { createRedisLimits } from './redis-limits.ts';

/** In one data centre an answer takes less than a millisecond; a call is not kept waiting for longer than this. */
const DEADLINE_MS = 100;
/** The start of a process waits this long for Redis, and goes on without it. */
const START_MS = 2_000;

export interface RedisLimiterOptions {
  url: string;
  processId: string;
  log: Pick<Log, 'info' | 'warn'>;
}

/** Limits that all processes with the same `REDIS_URL` share; each counts alone while Redis is away. */
export async function createRedisLimiter({ url, processId, log }: RedisLimiterOptions): Promise<Limiter> {
  const redis = openRedis(url);
  if (!(await redis.untilReady(START_MS))) {
    log.warn(
      'Redis (REDIS_URL) does not answer yet: limits are counted in each process alone until it does.',
    );
  }
  return createFallbackLimiter({
    remote: createRedisLimits(redis, processId),
    local: createMemoryLimiter(),
    deadlineMs: DEADLINE_MS,
    onChange(isRemote, error) {
      if (isRemote) log.info('Limits are counted in Redis again.');
      else log.warn({ err: error }, 'Redis does not answer: limits are counted in this process alone.');
    },
  });
}
