import { once } from 'node:events';
import { Redis, type RedisOptions } from 'ioredis';
import { ADMIT_SCRIPT, GIVE_BACK_SCRIPT, RENEW_SCRIPT } from './scripts.ts';

/** The scripts, each a call that is rejected while Redis cannot be reached. */
export interface RedisScripts {
  admit(keys: readonly string[], args: readonly (string | number)[]): Promise<number[]>;
  giveBack(keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  renew(keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Resolves when it can be used, or after this time with false. */
  untilReady(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2_000;
/** Of a connection that is asked but stays silent: it is made anew. */
const SILENCE_MS = 3_000;
const LONGEST_RECONNECT_MS = 1_000;

/** Connects in the background, and again whenever the connection is lost. */
export function openRedis(url: string): RedisScripts {
  const options = {
    connectionName: 'aigc-space',
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    retryStrategy: (attempt: number) => Math.min(LONGEST_RECONNECT_MS, attempt * 50),
    // Nobody waits for a Redis that is away.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // One write for all calls of a turn.
    enableAutoPipelining: true,
  } satisfies RedisOptions;
  const redis = new Redis(url, options);
  // Told to whoever calls.
  redis.on('error', () => {});
  redis.defineCommand('aigcAdmit', { lua: ADMIT_SCRIPT });
  redis.defineCommand('aigcGiveBack', { lua: GIVE_BACK_SCRIPT });
  redis.defineCommand('aigcRenew', { lua: RENEW_SCRIPT });
  const commands = redis as unknown as Record<
    'aigcAdmit' | 'aigcGiveBack' | 'aigcRenew',
    (keyCount: number, ...rest: (string | number)[]) => Promise<unknown>
  >;
  return {
    admit: async (keys, args) => (await commands.aigcAdmit(keys.length, ...keys, ...args)) as number[],
    giveBack: (keys, args) => commands.aigcGiveBack(keys.length, ...keys, ...args),
    renew: (keys, args) => commands.aigcRenew(keys.length, ...keys, ...args),
    async untilReady(timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs);
      if (redis.status !== 'ready') await once(redis, 'ready', { signal }).catch(() => {});
      return redis.status === 'ready';
    },
    async close() {
      redis.disconnect();
    },
  };
}
