import { setTimeout as sleep } from 'node:timers/promises';
import { planCalls, type CallPlan } from './call-plan.ts';
import { makeCall, type CallResult } from './chaos-client.ts';
import { CALLERS, type ChaosWorld } from './chaos-world.ts';
import { checkBooks } from './check-books.ts';
import { checkCalls } from './check-calls.ts';
import type { Random } from './seeded-random.ts';
import { breaksConnections, carryOut, endsServer, type Strike } from './strike.ts';

export interface RoundReport {
  strike: Strike;
  calls: number;
  answered: number;
  refused: number;
  /** From the strike to right books. */
  recoveredMs: number;
  /** Empty: every invariant holds. */
  faults: string[];
}

export interface RoundOptions {
  /** What may happen, with its weight by repetition. */
  strikes: readonly Strike[];
  firstIndex: number;
}

const SPREAD_MS = 700;
/** For a call to reach the server. */
const BEFORE_STRIKE_MS = 20;
/** By then the server must have recovered, and what was settled must be in the database. */
const SETTLED_TIMEOUT_MS = 20_000;

/** One round: mixed load, one strike in the middle of it, and then the books, call by call. */
export async function runRound(
  world: ChaosWorld,
  random: Random,
  options: RoundOptions,
): Promise<RoundReport> {
  const strike = random.pick(options.strikes);
  const strikeAfterMs = random.between(30, SPREAD_MS);
  const shape = { calls: random.between(25, 50), callers: CALLERS, spreadMs: SPREAD_MS };
  const plans = planCalls(random, { ...shape, firstIndex: options.firstIndex });
  world.upstream.expect(plans);
  await world.topUp();
  let struckAtMs = 0;
  const striking = sleep(strikeAfterMs).then(() => {
    struckAtMs = performance.now();
    return carryOut(strike, world);
  });
  const results = await Promise.all(
    plans.map((plan) => beginLater(world, plan, { strike, strikeAfterMs, striking })),
  );
  const faults = await striking;
  if (strike === 'term') {
    faults.push(...(await world.whileStopped(() => checkBooks(world, 'stopped'))));
    await world.start();
  }
  faults.push(...(await untilRight(world, results, strike)));
  return {
    strike,
    calls: results.length,
    answered: results.filter(({ isAnswered }) => isAnswered).length,
    refused: results.filter(({ status }) => status === 402).length,
    recoveredMs: performance.now() - struckAtMs,
    faults,
  };
}

/**
 * While the server is down nothing can be learned from calls, so those that are due then wait for the next one. A
 * server that is being stopped takes no more calls: those come before.
 */
async function beginLater(
  world: ChaosWorld,
  plan: CallPlan,
  during: { strike: Strike; strikeAfterMs: number; striking: Promise<unknown> },
): Promise<CallResult> {
  const isLater = plan.startAfterMs >= during.strikeAfterMs - BEFORE_STRIKE_MS;
  if (during.strike !== 'term' || !isLater) await sleep(plan.startAfterMs);
  if (isLater && endsServer(during.strike)) {
    await during.striking;
    await sleep(plan.startAfterMs - during.strikeAfterMs + BEFORE_STRIKE_MS);
  }
  const key = world.callers[plan.caller]?.key ?? '';
  return makeCall(plan, { origin: world.origin(), key });
}

/** What is still wrong when there has been time to recover and to write everything down. */
async function untilRight(
  world: ChaosWorld,
  results: readonly CallResult[],
  strike: Strike,
): Promise<string[]> {
  const deadline = performance.now() + SETTLED_TIMEOUT_MS;
  for (;;) {
    const faults = await lookAround(world, results, strike);
    if (faults.length === 0 || performance.now() > deadline) return faults;
    await sleep(100);
  }
}

async function lookAround(
  world: ChaosWorld,
  results: readonly CallResult[],
  strike: Strike,
): Promise<string[]> {
  try {
    const ready = await fetch(`${world.origin()}/readyz`);
    if (ready.status !== 200) return [`not ready: ${ready.status} ${await ready.text()}`];
    const hadCrash = breaksConnections(strike);
    return [
      ...(await checkCalls(world, results, { hadCrash, wasStopped: strike === 'term' })),
      ...(await checkBooks(world, 'idle')),
    ];
  } catch (error) {
    return [`the state could not be read: ${error instanceof Error ? error.message : String(error)}`];
  }
}
