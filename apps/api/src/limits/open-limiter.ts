import { newId } from '@aigc/shared/ids';
import type { Log } from '../log.ts';
import type { Limiter } from './limiter.ts';
import { createMemoryLimiter } from './memory-limiter.ts';
import { createRedisLimiter } from './redis/redis-limiter.ts';

/** The limiter of a process that shares its counters with none on its machine: in Redis if there is one. */
export async function openLimiter(redisUrl: string | null, log: Log): Promise<Limiter> {
  if (redisUrl === null) return createMemoryLimiter();
  return createRedisLimiter({ url: redisUrl, processId: newId('ins'), log });
}
