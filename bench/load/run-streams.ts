import { openConnection } from './connection.ts';
import { createFailures } from './latencies.ts';
import type { StreamPlan, StreamResult } from './load-plan.ts';
import { requestsInTurn } from './requests.ts';

const RAMP_TICK_MS = 20;
const ALL_OPEN_TIMEOUT_MS = 60_000;
const ALL_ENDED_TIMEOUT_MS = 60_000;
const DONE = Buffer.from('data: [DONE]');

interface Stream {
  isOpen: boolean;
  isEnded: boolean;
  isDone: boolean;
}

/** Opens streams and keeps them open until the upstream ends them, after the window's second mark. */
export async function runStreams(
  plan: StreamPlan,
  mark: (event: 'window start' | 'window end') => void,
): Promise<StreamResult> {
  const nextRequest = requestsInTurn(plan.target, plan.body);
  const failures = createFailures();
  const streams: Stream[] = [];

  function open(): void {
    const stream: Stream = { isOpen: false, isEnded: false, isDone: false };
    streams.push(stream);
    const connection = openConnection(plan.target.port, {
      onBody(bytes) {
        stream.isOpen = true;
        // The end is small and comes in one piece, or nearly so: enough to tell an end from a cut.
        if (isEnding && bytes.includes(DONE)) stream.isDone = true;
      },
      onAnswer(status) {
        stream.isEnded = true;
        if (status !== 200) failures.add(`status ${status}`);
        else if (!stream.isDone) failures.add('ended without [DONE]');
        connection.close();
      },
      onBroken(reason) {
        stream.isEnded = true;
        failures.add(reason);
      },
    });
    connection.send(nextRequest());
  }

  async function until(isReached: () => boolean, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!isReached() && performance.now() < deadline) await new Promise((r) => setTimeout(r, 20));
  }

  let isEnding = false;
  const perTick = Math.max(1, Math.ceil((plan.streams * RAMP_TICK_MS) / plan.rampMs));
  while (streams.length < plan.streams) {
    for (let count = 0; count < perTick && streams.length < plan.streams; count += 1) open();
    await new Promise((r) => setTimeout(r, RAMP_TICK_MS));
  }
  await until(() => streams.every(({ isOpen, isEnded }) => isOpen || isEnded), ALL_OPEN_TIMEOUT_MS);
  await new Promise((r) => setTimeout(r, plan.warmUpMs));
  mark('window start');
  await new Promise((r) => setTimeout(r, plan.measureMs));
  isEnding = true;
  mark('window end');
  await until(() => streams.every(({ isEnded }) => isEnded), ALL_ENDED_TIMEOUT_MS);
  for (const { isEnded } of streams) if (!isEnded) failures.add('never ended');
  return {
    completed: streams.filter(({ isDone }) => isDone).length,
    failed: failures.count(),
    firstFailure: failures.first(),
  };
}
