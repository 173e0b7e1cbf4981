import type { ProviderDefinition } from '@aigc/providers/definition';
import { TEST_STEPS, type TestEvent } from '@aigc/shared/schemas/connection-test';

/** The steps of a connection that a provider without a network has none of. */
const NETWORK_STEPS: readonly string[] = ['resolve', 'connect', 'tls'];

/** The connection test of a provider that answers inside this process: the demo. */
export async function* testInProcess(definition: ProviderDefinition): AsyncGenerator<TestEvent, void> {
  const startedMs = performance.now();
  const request = { model: 'demo', messages: [{ role: 'user', content: 'ping' }] };
  const body = Buffer.from(JSON.stringify(request));
  const answer = definition.answer?.('chat/completions', body, new AbortController().signal);
  const ok = answer?.status === 200;
  for (const step of TEST_STEPS) {
    yield { type: 'step', step, state: NETWORK_STEPS.includes(step) ? 'skipped' : ok ? 'passed' : 'failed' };
  }
  yield {
    type: 'result',
    ok,
    latency_ms: Math.round(performance.now() - startedMs),
    reason: ok ? null : 'upstream_error',
    message: null,
    http_status: answer?.status ?? null,
    allow_entry: null,
    models: [],
    streaming: ok,
    usage: ok,
  };
}
