import type { UserActor } from '@aigc/core/actor';
import { recordTest, type TestRecord } from '@aigc/core/upstreams/record-test';
import { originOf } from '@aigc/core/upstreams/secret-bindings';
import type { ModelTestEvent, TestEvent } from '@aigc/shared/schemas/connection-test';
import type { RequestContext } from './context.ts';
import type { AdmittedTest } from './test-limiter.ts';

export interface RunTestInput<E> extends Omit<TestRecord, 'origin' | 'outcome'> {
  baseUrl: string;
  signal: AbortSignal | undefined;
  /** Begins the test; leaving its events ends it. */
  events: () => AsyncIterable<E>;
}

type Caller = Pick<RequestContext, 'container' | 'deps'> & { actor: UserActor };

/**
 * Runs a test within the caller's limits and hands its events on. Its outcome is kept before the caller
 * reads it, so that a list which is read again afterwards shows it.
 * @throws AppError `rate_limit_exceeded`, before the first event
 */
export async function runTest<E extends TestEvent | ModelTestEvent>(
  caller: Caller,
  input: RunTestInput<E>,
): Promise<AsyncGenerator<E, void>> {
  const admitted = await caller.container.testLimiter.enter(caller.actor.userId);
  return tellEvents(caller, input, admitted);
}

async function* tellEvents<E extends TestEvent | ModelTestEvent>(
  { deps, actor }: Caller,
  { events, baseUrl, signal, ...record }: RunTestInput<E>,
  admitted: AdmittedTest,
): AsyncGenerator<E, void> {
  admitted.begin();
  try {
    for await (const event of events()) {
      if (event.type === 'result' && signal?.aborted !== true) {
        const { ok, latency_ms, reason } = event;
        const origin = originOf(baseUrl);
        await recordTest(deps, actor, { ...record, origin, outcome: { ok, latency_ms, reason } });
      }
      yield event;
    }
  } finally {
    admitted.end();
  }
}
