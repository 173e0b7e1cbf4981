import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { usageOfCall, type CallPlan } from './call-plan.ts';
import { makeCall } from './chaos-client.ts';
import { startChaosWorld, type ChaosWorld } from './chaos-world.ts';
import { checkBooks } from './check-books.ts';

const STREAMS = 1_000;
const PIECES = 20;
/** Every stream lasts longer than it takes to open all of them. */
const DRIP_MS = 400;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld();
}, 120_000);
afterAll(() => world.close());

function plan(index: number): CallPlan {
  const usage = usageOfCall(index);
  return {
    index,
    caller: 0,
    model: 'priced',
    isStream: true,
    startAfterMs: 0,
    leaveAfterMs: null,
    maxTokens: 100,
    padding: 0,
    idempotencyKey: null,
    usage,
    behaviour: { usage, pieces: Array.from({ length: PIECES }, (_, at) => ` word${at}`), dripMs: DRIP_MS },
  };
}

test(`SIGTERM under load drops none of ${STREAMS} streams`, { timeout: 120_000 }, async () => {
  const plans = Array.from({ length: STREAMS }, (_, index) => plan(index));
  world.upstream.expect(plans);
  const key = world.callers[0]?.key ?? '';
  const calls = plans.map(async (one, index) => {
    await sleep(index * 2);
    return makeCall(one, { origin: world.origin(), key });
  });
  await expect
    .poll(() => plans.filter(({ index }) => world.upstream.askedFor(index) > 0).length, { timeout: 30_000 })
    .toBe(STREAMS);
  const stopping = world.stop();
  const results = await Promise.all(calls);
  expect(results.filter(({ isAnswered, ending }) => !isAnswered || ending !== 'whole')).toEqual([]);
  expect(await stopping).toBe(0);
  const facts = await world.whileStopped(async () => {
    const rows = await world.query<{ input_tokens: number; output_tokens: number }>(
      "select input_tokens, output_tokens from aigcspace.api_call_log where status = 'success' and not estimated",
    );
    return { faults: await checkBooks(world, 'stopped'), rows };
  });
  expect(facts.faults).toEqual([]);
  const logged = facts.rows
    .map(({ input_tokens, output_tokens }) => `${input_tokens}+${output_tokens}`)
    .toSorted();
  const reported = plans.map(({ usage }) => `${usage?.promptTokens}+${usage?.completionTokens}`).toSorted();
  expect(logged).toEqual(reported);
});
