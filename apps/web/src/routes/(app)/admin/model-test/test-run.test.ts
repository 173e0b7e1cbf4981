import { TRPCClientError } from '@trpc/client';
import type { ModelTestEvent } from '@aigc/shared/schemas/connection-test';
import { NO_EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { AdminModel } from '@aigc/shared/schemas/models';
import { describe, expect, it } from 'vitest';
import { TestRun, type ModelTestCall } from './test-run.svelte.ts';

const model = (id: number): AdminModel => ({
  id,
  title: `model-${id}`,
  provider_id: 1,
  provider_name: 'Example',
  upstream_model: null,
  description: '',
  type: 'language',
  capabilities: ['chat'],
  context_length: null,
  max_output_tokens: null,
  input_price: null,
  output_price: null,
  ...NO_EXTRA_PRICES,
  rpm_limit: null,
  tpm_limit: null,
  concurrency_limit: null,
  is_api_enabled: false,
  is_demo: false,
  is_active: false,
  last_test: null,
  version: 1,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
});

const result = (ok: boolean): ModelTestEvent => ({
  type: 'result',
  ok,
  latency_ms: 5,
  ttft_ms: ok ? 2 : null,
  input_tokens: null,
  output_tokens: null,
  reason: ok ? null : 'refused',
  message: null,
});

const tooMany = (retryAfterSeconds: number) =>
  new TRPCClientError('Too many tests.', {
    result: {
      error: {
        message: 'Too many tests.',
        code: -32_029,
        data: { appCode: 'rate_limit_exceeded', retryAfterSeconds },
      },
    },
  });

async function* events(...list: ModelTestEvent[]): AsyncGenerator<ModelTestEvent> {
  yield* list;
}

describe('a run of model tests', () => {
  it('tests one model after the other and keeps what each answered', async () => {
    const run = new TestRun();
    let open = 0;
    const call: ModelTestCall = async ({ id }) => {
      open += 1;
      expect(open).toBe(1);
      return (async function* () {
        yield { type: 'delta', text: `I am ` };
        yield { type: 'delta', text: String(id) };
        yield result(id !== 2);
        open -= 1;
      })();
    };
    await run.run([model(1), model(2), model(3)], call);
    expect(run.tested.map(({ state, answer }) => [state, answer])).toEqual([
      ['ok', 'I am 1'],
      ['failed', 'I am 2'],
      ['ok', 'I am 3'],
    ]);
    expect([run.done, run.passed, run.running]).toEqual([3, 2, false]);
  });

  it('waits as long as the API asks and then tests the same model again', async () => {
    const waits: number[] = [];
    const run = new TestRun(async () => void waits.push(run.pauseSeconds));
    let refused = false;
    await run.run([model(1)], async () => {
      if (refused) return events(result(true));
      refused = true;
      throw tooMany(3);
    });
    expect(waits).toEqual([3, 2, 1]);
    expect(run.tested[0]?.state).toBe('ok');
    expect(run.pauseSeconds).toBe(0);
  });

  it('goes on after a call that failed, and keeps its failure', async () => {
    const run = new TestRun();
    const failure = new Error('offline');
    await run.run([model(1), model(2)], async ({ id }) => {
      if (id === 1) throw failure;
      return events(result(true));
    });
    expect(run.tested.map(({ state }) => state)).toEqual(['failed', 'ok']);
    expect(run.tested[0]?.failure).toBe(failure);
  });

  it('tests failed models once more in their places, and keeps what the others gave', async () => {
    const run = new TestRun();
    await run.run([model(1), model(2), model(3)], async ({ id }) => events(result(id !== 2)));
    expect(run.failed).toBe(1);
    const called: number[] = [];
    await run.again([2], async ({ id }) => {
      called.push(id);
      return events({ type: 'delta', text: 'now' }, result(true));
    });
    expect(called).toEqual([2]);
    expect(run.tested.map((entry) => [entry.model.id, entry.state, entry.answer])).toEqual([
      [1, 'ok', ''],
      [2, 'ok', 'now'],
      [3, 'ok', ''],
    ]);
  });

  it('stops the running test, starts none of those that wait, and keeps what was found', async () => {
    const run = new TestRun();
    const called: number[] = [];
    await run.run([model(1), model(2), model(3)], async ({ id }, signal) => {
      called.push(id);
      if (id === 1) return events(result(true));
      run.stop();
      signal.throwIfAborted();
      return events();
    });
    expect(called).toEqual([1, 2]);
    expect(run.tested.map(({ state }) => state)).toEqual(['ok', 'stopped', 'stopped']);
    expect(run.running).toBe(false);
  });

  it('can be stopped while it waits', async () => {
    const run = new TestRun();
    const finished = run.run([model(1)], async () => {
      setTimeout(() => run.stop());
      throw tooMany(60);
    });
    await finished;
    expect(run.tested[0]?.state).toBe('stopped');
    expect(run.pauseSeconds).toBe(0);
  });
});
