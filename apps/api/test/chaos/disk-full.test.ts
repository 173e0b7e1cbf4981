import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usageOfCall, type CallPlan } from './call-plan.ts';
import { makeCall, type CallResult } from './chaos-client.ts';
import { startChaosWorld, type ChaosWorld } from './chaos-world.ts';
import { checkBooks } from './check-books.ts';
import { checkCalls } from './check-calls.ts';
import { carryOut } from './strike.ts';

/** Files of a running process can be limited with `prlimit`, which only Linux has. */
const canLimit = process.platform === 'linux';
const PRELOAD = fileURLToPath(new URL('survive-file-size-limit.mjs', import.meta.url));

let world: ChaosWorld;
beforeAll(async () => {
  if (canLimit) world = await startChaosWorld({ env: { NODE_OPTIONS: `--import=${PRELOAD}` } });
}, 120_000);
afterAll(() => world?.close());

/** From now on the server, and what it starts, can write nothing to files; or everything again. */
function limitFiles(limit: '0' | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(world.product().child.pid), `--fsize=${limit}:unlimited`]);
}

let nextIndex = 0;
function call(options: { isStream: boolean; dripMs?: number }): Promise<CallResult> {
  const index = nextIndex++;
  const usage = usageOfCall(index);
  const plan: CallPlan = {
    index,
    caller: 0,
    model: 'priced',
    isStream: options.isStream,
    startAfterMs: 0,
    leaveAfterMs: null,
    maxTokens: 100,
    padding: 0,
    idempotencyKey: null,
    usage,
    behaviour: {
      usage,
      pieces: Array.from({ length: 10 }, (_, at) => ` word${at}`),
      dripMs: options.dripMs ?? 0,
    },
  };
  world.upstream.expect([plan]);
  return makeCall(plan, { origin: world.origin(), key: world.callers[0]?.key ?? '' });
}

test.skipIf(!canLimit)(
  'when nothing can be written, neither to the journal nor by the database, no call is answered that is not entered, and all is well once there is room again',
  { timeout: 120_000 },
  async () => {
    const results = [await call({ isStream: false })];
    expect(results[0]?.isAnswered).toBe(true);
    const stream = call({ isStream: true, dripMs: 200 });
    await sleep(500);
    limitFiles('0');
    // It cannot come back either.
    await carryOut('postmaster', world);
    const during: CallResult[] = [];
    for (let count = 0; count < 10; count += 1) during.push(await call({ isStream: count % 2 === 1 }));
    during.push(await stream);
    for (const result of during) expect(result).toMatchObject({ isAnswered: false, ending: 'whole' });
    for (const { plan, status, retryAfter, body } of during) {
      // A stream that has begun can only end in an error event.
      if (plan.isStream) expect(body).toContain('"error"');
      else expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.any(String) });
    }
    limitFiles('unlimited');
    await expect
      .poll(
        async () => {
          const result = await call({ isStream: false });
          results.push(result);
          return result.status;
        },
        { timeout: 60_000 },
      )
      .toBe(200);
    await expect
      .poll(
        async () => [
          ...(await checkCalls(world, [...results, ...during], { hadCrash: true, wasStopped: false })),
          ...(await checkBooks(world, 'idle')),
        ],
        { timeout: 30_000 },
      )
      .toEqual([]);
  },
);

test.skipIf(!canLimit)(
  'when the disk does not say that a settlement is safe, no answer ends, the process does, and the next knows every call once',
  { timeout: 60_000 },
  async () => {
    const stream = call({ isStream: true, dripMs: 200 });
    await sleep(300);
    const { child, ended } = world.product();
    child.kill('SIGUSR2');
    await sleep(100);
    const results = [await call({ isStream: false }), await stream];
    for (const result of results) expect(result).toMatchObject({ isAnswered: false });
    expect(await ended).toBe(1);
    await world.start();
    results.push(await call({ isStream: false }));
    expect(results.at(-1)).toMatchObject({ isAnswered: true });
    await expect
      .poll(
        async () => [
          ...(await checkCalls(world, results, { hadCrash: true, wasStopped: false })),
          ...(await checkBooks(world, 'idle')),
        ],
        { timeout: 20_000 },
      )
      .toEqual([]);
  },
);
