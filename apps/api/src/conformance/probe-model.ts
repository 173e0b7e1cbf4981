import type { UserActor } from '@aigc/core/actor';
import { probeConnection } from '@aigc/core/models/probe-connection';
import { recordConformance } from '@aigc/core/models/record-conformance';
import { originOf } from '@aigc/core/upstreams/secret-bindings';
import { isChatType } from '@aigc/shared/model-endpoints';
import { refusal } from '@aigc/shared/refusals';
import type { Probe, ProbeEvent } from '@aigc/shared/schemas/conformance';
import type { RequestContext } from '../trpc/context.ts';
import type { AdmittedTest } from '../trpc/test-limiter.ts';
import { runProbes } from './run-probes.ts';

type Caller = Pick<RequestContext, 'container' | 'deps'> & { actor: UserActor };

export interface ProbeModelInput {
  id: number;
  probes: Probe[] | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Probes a model within the caller's limits of tests, tells each result as it comes, and keeps them all on the model.
 * Nobody's balance is charged; the provider charges whoever owns its key.
 * @throws AppError before the first event
 */
export async function probeModel(
  caller: Caller,
  { id, probes, signal = new AbortController().signal }: ProbeModelInput,
): Promise<AsyncGenerator<ProbeEvent, void>> {
  const connection = await probeConnection(caller.deps, caller.actor, id);
  if (!isChatType(connection.type)) {
    throw refusal('only_chats_probed', {}, { param: 'id' });
  }
  const admitted = await caller.container.testLimiter.enter(caller.actor.userId);
  const events = runProbes(caller.container, connection, { probes, signal });
  const origin = originOf(connection.baseUrl);
  return tellEvents(caller, { events, admitted, saved: connection.saved, origin });
}

interface Telling {
  events: AsyncGenerator<ProbeEvent, void>;
  admitted: AdmittedTest;
  saved: { modelId: number; updatedAt: Date };
  origin: string;
}

async function* tellEvents(
  { deps, actor }: Caller,
  { events, admitted, saved, origin }: Telling,
): AsyncGenerator<ProbeEvent, void> {
  admitted.begin();
  try {
    for await (const event of events) {
      if (event.type === 'result') {
        await recordConformance(deps, actor, { saved, origin, conformance: event.conformance });
      }
      yield event;
    }
  } finally {
    admitted.end();
  }
}
