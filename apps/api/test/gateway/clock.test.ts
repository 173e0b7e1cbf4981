import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const DAY_MS = 86_400_000;
const PATH = '/v1/chat/completions';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('100');
});
afterEach(() => {
  vi.useRealTimers();
  world.upstream.reset();
});
afterAll(() => world.close());

const messages = [{ role: 'user', content: 'Hello' }];

/** Moves the wall clock of this process, as an administrator or a time server does. Timers go on. */
function moveClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs });
}

describe.each([
  ['forward', DAY_MS],
  ['back', -DAY_MS],
])('a clock that is moved a day %s', (_name, byMs) => {
  test('ends no stream, and no call seems to have lasted a day', async () => {
    const usage = { promptTokens: 10, completionTokens: 20 };
    world.upstream.next({ text: 'one two three four five six', usage, dripMs: 60 });
    const answer = await world.raw(PATH, { model: 'cloud', messages, stream: true });
    const reader = answer.body?.getReader();
    await reader?.read();
    moveClock(byMs);
    let text = '';
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      text += Buffer.from(read.value).toString();
    }
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    const log = await world.lastCall();
    expect(log).toMatchObject({ status: 'success', input_tokens: 10, output_tokens: 20 });
    for (const duration of [log?.['latency_ms'], log?.['ttft_ms']]) {
      expect(duration).toBeGreaterThanOrEqual(0);
      expect(duration).toBeLessThan(60_000);
    }
  });

  test('refuses no call, and gives up no silent upstream before its time', async () => {
    moveClock(byMs);
    world.upstream.next({ text: 'at last', delayMs: 400 });
    const answer = await world.post(PATH, { model: 'cloud', messages });
    expect(answer.status).toBe(200);
    expect(Number(answer.headers.get('openai-processing-ms'))).toBeLessThan(60_000);
  });

  test('does not keep a deadline from passing', async () => {
    world.setDeadlines({ headersTimeoutMs: 300 });
    try {
      world.upstream.next({ fault: { kind: 'hang_before_headers' } });
      const answered = world.post(PATH, { model: 'cloud', messages });
      await sleep(50);
      moveClock(byMs);
      expect((await answered).status).toBe(504);
    } finally {
      world.setDeadlines({ headersTimeoutMs: 60_000 });
    }
  });
});

test('after all of this, the books are right', () => world.expectBooksRight());
