import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import { redisCheck } from '../../src/checks/check-redis.ts';
import { readEnv } from '../../src/env.ts';
import type { Admission, LimitedSubject, Permit } from '../../src/limits/limiter.ts';
import { createMemoryLimiter } from '../../src/limits/memory-limiter.ts';
import { OpenPlaces } from '../../src/limits/redis/open-places.ts';
import { openRedis, type RedisScripts } from '../../src/limits/redis/redis-client.ts';
import { createRedisLimits } from '../../src/limits/redis/redis-limits.ts';
import { createRedisLimiter } from '../../src/limits/redis/redis-limiter.ts';
import { findRedisServer, startTestRedis, type TestRedis } from '../support/redis-server.ts';

const NONE: RateLimits = { rpm: null, tpm: null, concurrency: null };
const program = findRedisServer();
if (program === null) {
  process.stderr.write('SKIPPED: limits in Redis, for there is no valkey-server or redis-server on PATH.\n');
}

// Needs a Redis or Valkey server: machines without one test counting in memory only.
describe.skipIf(program === null)('limits in a real Redis', () => {
  let server: TestRedis;
  let inspect: Redis;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    server = await startTestRedis(program ?? '');
    inspect = new Redis(server.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 });
    inspect.on('error', () => {});
  });
  beforeEach(async () => {
    await inspect.flushall();
  });
  afterAll(async () => {
    inspect.disconnect();
    for (const each of opened) await each.close();
    await server.kill();
  });

  async function connect(): Promise<RedisScripts> {
    const redis = openRedis(server.url);
    opened.push(redis);
    await redis.untilReady(5_000);
    return redis;
  }

  async function limits(processId: string) {
    const remote = createRedisLimits(await connect(), processId);
    return (subjects: readonly LimitedSubject[], tokens: number, isAwaited = () => true) =>
      Promise.resolve(remote.ask(subjects, tokens, isAwaited));
  }

  const log = () => {
    const lines: string[] = [];
    const add = (...args: unknown[]) => void lines.push(String(args.at(-1)));
    return { lines, info: add, warn: add };
  };

  test('of 100 calls at once from two machines exactly as many as the limits say are admitted', async () => {
    const machines = [await limits('a'), await limits('b')];
    const subjects = [
      { id: 'key:1', limits: { ...NONE, rpm: 10, concurrency: 50 } },
      { id: 'user:1', limits: { ...NONE, rpm: 10, tpm: 10_000 } },
      { id: 'model:1', limits: { ...NONE, rpm: 11 } },
    ];
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, call) => machines[call % 2]?.(subjects, 10)),
    );
    expect(answers.filter((answer) => answer?.admitted)).toHaveLength(10);
    const model = await machines[0]?.([{ id: 'model:1', limits: { ...NONE, rpm: 11 } }], 0);
    expect(model).toMatchObject({ admitted: true, state: { requests: { remaining: 0 } } });
  });

  test('every answer is the one that counting in memory gives', { timeout: 60_000 }, async () => {
    const ask = await limits('a');
    const limit = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: null, freq: 2 });
    const some = fc.record({ rpm: limit(6), tpm: limit(200), concurrency: limit(3) });
    const step = fc.record({
      of: fc.subarray([0, 1, 2], { minLength: 1 }),
      tokens: fc.integer({ min: 0, max: 300 }),
      end: fc.option(fc.record({ which: fc.nat(), used: fc.integer({ min: 0, max: 300 }) })),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(some, some, some),
        fc.array(step, { maxLength: 30 }),
        async (given, steps) => {
          await inspect.flushall();
          const memory = createMemoryLimiter();
          const all = given.map((of, index) => ({ id: `subject:${index}`, limits: of }));
          const running: [Permit, Permit][] = [];
          for (const { of, tokens, end } of steps) {
            const subjects = all.filter((_, index) => of.includes(index));
            const expected = memory.admit(subjects, tokens);
            const answer = await ask(subjects, tokens);
            expect(plain(answer)).toEqual(plain(expected));
            if (answer.admitted && expected.admitted) running.push([answer.permit, expected.permit]);
            if (end === null) continue;
            const [ended] = running.splice(end.which % Math.max(1, running.length), 1);
            for (const permit of ended ?? []) permit.end(end.used);
          }
          await memory.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what is taken for a call that nobody waits for any more is given back', async () => {
    const ask = await limits('a');
    const subjects = [{ id: 'key:1', limits: { rpm: 1, tpm: 100, concurrency: 1 } }];
    await ask(subjects, 100, () => false);
    expect((await ask(subjects, 100)).admitted).toBe(true);
    expect((await ask(subjects, 100)).admitted).toBe(false);
  });

  test('a window is over a minute after its first use, whatever is used later, and its keys are gone', async () => {
    const ask = await limits('a');
    const subjects = [{ id: 'key:1', limits: { ...NONE, rpm: 2, tpm: 100 } }];
    await ask(subjects, 10);
    await ask(subjects, 10);
    for (const key of await inspect.keys('*')) {
      expect(await inspect.pttl(key)).toBeLessThanOrEqual(60_000);
      // As if a minute had passed for the server.
      await inspect.hincrby(key, 'since', -60_000);
    }
    expect(await ask(subjects, 10)).toMatchObject({
      admitted: true,
      state: { requests: { remaining: 1 }, tokens: { remaining: 90 } },
    });
  });

  test('the end of a call does not touch a later window', async () => {
    const ask = await limits('a');
    const subjects = [{ id: 'key:1', limits: { ...NONE, tpm: 100 } }];
    const early = await ask(subjects, 100);
    await inspect.flushall();
    await delay(2);
    await ask(subjects, 60);
    if (early.admitted) early.permit.end(0);
    expect(await ask(subjects, 50)).toMatchObject({ admitted: false, state: { tokens: { remaining: 40 } } });
  });

  test('places expire unless their process renews them', async () => {
    const redis = await connect();
    const places = new OpenPlaces(redis);
    const subjects = [{ id: 'key:1', limits: { ...NONE, concurrency: 2 } }];
    const ask = await limits('a');
    await ask(subjects, 0);
    await ask(subjects, 0);
    const [key = ''] = await inspect.keys('*');
    const names = await inspect.zrange(key, '0', '-1');
    places.add(names[0] ?? '', [key]);
    // As if half a minute had passed, and one of the two processes had died.
    for (const name of names) await inspect.zadd(key, '1', name);
    places.renew();
    await delay(50);
    expect((await ask(subjects, 0)).admitted).toBe(true);
    expect((await ask(subjects, 0)).admitted).toBe(false);
    places.close();
  });

  test('without limits nothing is asked', async () => {
    const ask = await limits('a');
    const before = await inspect.info('commandstats');
    await ask([{ id: 'key:1', limits: NONE }], 10);
    const count = (text: string) => /cmdstat_evalsha:calls=(\d+)/.exec(text)?.[1];
    expect(count(await inspect.info('commandstats'))).toBe(count(before));
  });

  test(
    'a start without Redis says so, takes calls, and uses it once it is there',
    { timeout: 60_000 },
    async () => {
      await server.kill();
      const { lines, info, warn } = log();
      const limiter = await createRedisLimiter({ url: server.url, processId: 'a', log: { info, warn } });
      opened.push(limiter);
      expect(lines).toHaveLength(1);
      const subjects = [{ id: 'key:1', limits: { ...NONE, rpm: 1_000 } }];
      expect((await limiter.admit(subjects, 0)).admitted).toBe(true);
      await server.start();
      await until(async () => {
        await limiter.admit(subjects, 0);
        return lines.at(-1) === 'Limits are counted in Redis again.';
      });
      expect(await inspect.exists('{aigc:limits}:r:key:1')).toBe(1);
    },
  );

  test(
    'doctor says how fast Redis answers, and how to mend one that does not',
    { timeout: 60_000 },
    async () => {
      const examine = (redisUrl: string | null) =>
        redisCheck.run({ env: { ...readEnv({}), redisUrl }, serverAddress: null });
      expect(await examine(null)).toMatchObject({ status: 'ok' });
      expect(await examine(server.url)).toMatchObject({
        status: 'ok',
        message: expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+ counts the limits, in \d+\.\d ms$/),
      });
      expect(await examine('redis://:hidden@127.0.0.1:1')).toEqual({
        status: 'fail',
        code: 'limits.redis_away',
        params: { host: '127.0.0.1:1' },
        message: 'Redis at 127.0.0.1:1 does not answer, so each process counts limits alone',
        fix: expect.stringContaining('REDIS_URL'),
      });
    },
  );

  test.each(['killed', 'halted'] as const)(
    'while Redis is %s each process counts by itself, no call waits long, and Redis counts again afterwards',
    { timeout: 60_000 },
    async (how) => {
      const { lines, info, warn } = log();
      const limiter = await createRedisLimiter({ url: server.url, processId: 'a', log: { info, warn } });
      opened.push(limiter);
      const subjects = [{ id: 'key:1', limits: { ...NONE, rpm: 1_000, concurrency: 100 } }];
      const remaining = async () => (await limiter.admit(subjects, 0)).state.requests?.remaining;
      expect(await remaining()).toBe(999);
      expect(await remaining()).toBe(998);
      if (how === 'killed') await server.kill();
      else server.signal('SIGSTOP');
      const startedMs = performance.now();
      expect(await remaining()).toBe(999);
      for (let call = 0; call < 50; call += 1) await limiter.admit(subjects, 0);
      // One call waits for the deadline of 100 ms, the others not at all.
      expect(performance.now() - startedMs).toBeLessThan(5_000);
      expect(lines).toEqual(['Redis does not answer: limits are counted in this process alone.']);
      if (how === 'killed') await server.start();
      else server.signal('SIGCONT');
      await until(async () => {
        await limiter.admit(subjects, 0);
        return lines.length === 2;
      });
      expect(lines[1]).toBe('Limits are counted in Redis again.');
      if (how === 'halted') expect(await remaining()).toBeGreaterThan(900);
      const running = await inspect.zcard('{aigc:limits}:c:key:1');
      expect(running).toBeLessThanOrEqual(10);
    },
  );
});

/** Without the times, which pass, and without the limit with the longest of them. */
function plain({ admitted, state }: Admission) {
  const left = (window: { limit: number; remaining: number } | null) =>
    window && { limit: window.limit, remaining: window.remaining };
  return {
    admitted,
    requests: left(state.requests),
    tokens: left(state.tokens),
  };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('did not come true');
    await delay(100);
  }
}
