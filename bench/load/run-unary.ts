import { openConnection, type Connection } from './connection.ts';
import { createFailures, createLatencies } from './latencies.ts';
import type { UnaryPlan, UnaryResult } from './load-plan.ts';
import { requestsInTurn } from './requests.ts';
import { seededRandom } from './seeded-random.ts';

const TICK_MS = 1;
/** Answers that are still out when the window ends get this long. */
const LEAVE_MS = 5_000;

/** Open-loop load, in which calls begin when they are due; or, without a rate, as many callers as connections. */
export async function runUnary(
  plan: UnaryPlan,
  mark: (event: 'window start' | 'window end') => void,
): Promise<UnaryResult> {
  const nextRequest = requestsInTurn(plan.target, plan.body);
  const random = seededRandom(plan.seed);
  const latencies = createLatencies();
  const failures = createFailures();
  const idle: number[] = [];
  /** When the call that a connection is busy with was due. */
  const dueOf: number[] = [];
  const waiting: number[] = [];
  let isMeasuring = false;

  function begin(slot: number, dueMs: number): void {
    dueOf[slot] = dueMs;
    connections[slot]?.send(nextRequest());
  }

  function release(slot: number): void {
    if (plan.callsPerSecond === null && performance.now() < endMs) {
      begin(slot, performance.now());
      return;
    }
    const due = waiting.shift();
    if (due === undefined) idle.push(slot);
    else begin(slot, due);
  }

  const connections: Connection[] = Array.from({ length: plan.connections }, (_, slot) =>
    openConnection(plan.target.port, {
      onAnswer(status) {
        if (isMeasuring && status === 200) latencies.add(performance.now() - (dueOf[slot] ?? 0));
        if (status !== 200) failures.add(`status ${status}`);
        release(slot);
      },
      onBroken(reason) {
        failures.add(reason);
        release(slot);
      },
    }),
  );
  const startMs = performance.now();
  const measureFromMs = startMs + plan.warmUpMs;
  const endMs = measureFromMs + plan.measureMs;
  for (const slot of connections.keys()) release(slot);

  let dueMs = startMs;
  await new Promise<void>((resolve) => {
    function tick(): void {
      const nowMs = performance.now();
      if (!isMeasuring && nowMs >= measureFromMs) {
        isMeasuring = true;
        mark('window start');
      }
      if (nowMs >= endMs) {
        resolve();
        return;
      }
      while (plan.callsPerSecond !== null && dueMs <= nowMs) {
        const slot = idle.shift();
        if (slot === undefined) waiting.push(dueMs);
        else begin(slot, dueMs);
        // Arrivals of independent callers.
        dueMs += (-Math.log(1 - random()) * 1000) / plan.callsPerSecond;
      }
      setTimeout(tick, TICK_MS);
    }
    tick();
  });
  isMeasuring = false;
  mark('window end');
  const behind = waiting.length;
  waiting.length = 0;
  const leaveMs = performance.now() + LEAVE_MS;
  while (idle.length < connections.length && performance.now() < leaveMs)
    await new Promise((r) => setTimeout(r, 10));
  for (const connection of connections) connection.close();
  return {
    calls: latencies.count(),
    failed: failures.count(),
    firstFailure: failures.first(),
    p50Ms: latencies.percentile(0.5),
    p99Ms: latencies.percentile(0.99),
    behind,
  };
}
