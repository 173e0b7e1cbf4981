import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import type { Behaviour } from '../support/scripted-upstream/behaviour.ts';
import {
  startScriptedUpstream,
  unusedOrigin,
  type ScriptedUpstream,
} from '../support/scripted-upstream/scripted-upstream.ts';

/** A little of what a real upstream is given. */
const DEADLINE_MS = 400;
const MIB = 1024 * 1024;

let world: GatewayWorld;
let tls: ScriptedUpstream;
let silent: Server;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('100');
  world.setDeadlines({ headersTimeoutMs: DEADLINE_MS, bodyIdleTimeoutMs: DEADLINE_MS, totalTimeoutMs: 4000 });
  tls = await startScriptedUpstream({ tls: true });
  silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const addresses = {
    refusing: await unusedOrigin(),
    'unknown-certificate': tls.origin,
    'plain-where-tls-is-expected': world.upstream.origin.replace('http:', 'https:'),
    'no-such-name': 'http://upstream.invalid',
    silent: `http://127.0.0.1:${port}`,
  };
  for (const [title, origin] of Object.entries(addresses)) {
    await world.addCloudModel({ title, baseUrl: `${origin}/v1` });
  }
});
afterEach(() => world.upstream.reset());
afterAll(async () => {
  await world.close();
  await tls.close();
  silent.close();
});

const messages = [{ role: 'user', content: 'Hello' }];
const usage = { promptTokens: 10, completionTokens: 20 };
const PATH = '/v1/chat/completions';

interface Streamed {
  status: number;
  events: string[];
  lastError: Record<string, unknown> | null;
}

async function stream(model = 'cloud'): Promise<Streamed> {
  const answer = await world.raw(PATH, { model, messages, stream: true });
  const text = await answer.text();
  const events = text.split('\n\n').filter((event) => event !== '' && !event.startsWith(':'));
  const [, error] = /^event: error\ndata: (.+)$/.exec(events.at(-1) ?? '') ?? [];
  return {
    status: answer.status,
    events,
    lastError: error === undefined ? null : (JSON.parse(error) as { error: Record<string, unknown> }).error,
  };
}

/** The log tells the same story, and nobody has paid. */
async function expectFreeFailure(code: string): Promise<void> {
  expect(await world.lastCall()).toMatchObject({ status: 'failed', error_code: code, bill: '0.0000000000' });
}

describe('an upstream that cannot be reached is answered with 502, in a stream as well', () => {
  test.each(['refusing', 'unknown-certificate', 'plain-where-tls-is-expected', 'no-such-name'])(
    '%s',
    async (model) => {
      for (const body of [
        { model, messages },
        { model, messages, stream: true },
      ]) {
        const answer = await world.post(PATH, body);
        expect(answer.status).toBe(502);
        expect(answer.json.error).toMatchObject({ type: 'upstream_error', code: 'upstream_unreachable' });
        expect(JSON.stringify(answer.json)).not.toMatch(
          /127\.0\.0\.1|certificate chain|ENOTFOUND|upstream\.invalid/,
        );
        await expectFreeFailure('upstream_unreachable');
      }
    },
  );
});

describe('an upstream that is silent is given up at its deadline, and its connection is closed', () => {
  async function expectGivenUp(): Promise<void> {
    await world.upstream.waitFor({ aborted: 1 });
    await expect.poll(() => world.upstream.openConnections(), { timeout: 10_000 }).toBe(0);
  }

  test.each([false, true])('before the headers (stream: %s): 504', async (isStream) => {
    world.upstream.next({ fault: { kind: 'hang_before_headers' } });
    const answer = await world.post(PATH, { model: 'cloud', messages, stream: isStream });
    expect(answer).toMatchObject({ status: 504, json: { error: { code: 'upstream_timeout' } } });
    expect(answer.headers.get('x-should-retry')).toBeNull();
    await expectGivenUp();
    await expectFreeFailure('upstream_timeout');
  });

  test('although it accepts connections: 504', async () => {
    const answer = await world.post(PATH, { model: 'silent', messages });
    expect(answer).toMatchObject({ status: 504, json: { error: { code: 'upstream_timeout' } } });
  });

  test('within a whole answer: 504', async () => {
    world.upstream.next({ fault: { kind: 'hang_mid_stream', afterEvents: 1 } });
    const answer = await world.post(PATH, { model: 'cloud', messages });
    expect(answer).toMatchObject({ status: 504, json: { error: { code: 'upstream_timeout' } } });
    await expectGivenUp();
    await expectFreeFailure('upstream_timeout');
  });

  test('within a stream: an error event, and what was delivered is billed', async () => {
    world.upstream.next({
      text: 'one two three four',
      usage,
      fault: { kind: 'hang_mid_stream', afterEvents: 3 },
    });
    const { status, events, lastError } = await stream();
    expect(status).toBe(200);
    expect(events).toHaveLength(4);
    expect(lastError).toMatchObject({ code: 'upstream_timeout' });
    await expectGivenUp();
    expect(Number((await world.lastCall())?.bill)).toBeGreaterThan(0);
  });

  test('and one that drips for ever ends in an error event at the total deadline', async () => {
    world.setDeadlines({ totalTimeoutMs: 1000 });
    try {
      world.upstream.next({ text: 'word', fault: { kind: 'endless', everyMs: 20 } });
      const { events, lastError } = await stream();
      expect(events.length).toBeGreaterThan(3);
      expect(lastError).toMatchObject({ code: 'upstream_timeout' });
      expect(events.join('')).not.toContain('[DONE]');
      await expectGivenUp();
      expect(await world.lastCall()).toMatchObject({ status: 'failed', estimated: true });
    } finally {
      world.setDeadlines({ totalTimeoutMs: 4000 });
    }
  });
});

describe('an answer that is none is refused whole, and told inside a stream that has begun', () => {
  const BAD: [string, Behaviour, string][] = [
    ['HTML with 200', { fault: { kind: 'html' } }, 'upstream_bad_response'],
    ['invalid UTF-8', { text: 'some words', fault: { kind: 'invalid_utf8' } }, 'upstream_bad_response'],
    ['gzip that nobody asked for', { fault: { kind: 'gzip' } }, 'upstream_bad_response'],
    ['a redirect', { fault: { kind: 'redirect', location: 'http://127.0.0.1/' } }, 'upstream_bad_response'],
    ['a reset before any header', { fault: { kind: 'reset_before_headers' } }, 'upstream_unreachable'],
  ];

  test.each(BAD)('%s, whole', async (_name, behaviour, code) => {
    world.upstream.script('upstream-cloud', behaviour);
    const answer = await world.post(PATH, { model: 'cloud', messages });
    expect(answer).toMatchObject({ status: 502, json: { error: { type: 'upstream_error', code } } });
    await expectFreeFailure(code);
  });

  test.each(BAD)('%s, streamed', async (_name, behaviour, code) => {
    world.upstream.script('upstream-cloud', behaviour);
    const answer = await world.raw(PATH, { model: 'cloud', messages, stream: true });
    const text = await answer.text();
    expect(text).toContain(`"code":"${code}"`);
    expect(text).not.toContain('[DONE]');
    expect(answer.status === 502 || text.includes('event: error\n')).toBe(true);
    expect(await world.lastCall()).toMatchObject({ status: 'failed', error_code: code });
  });

  test('a stream that is reset ends in an error event, and what was delivered is billed', async () => {
    world.upstream.next({
      text: 'one two three four',
      usage,
      fault: { kind: 'reset_mid_stream', afterEvents: 3 },
    });
    const { events, lastError } = await stream();
    expect(events).toHaveLength(4);
    expect(lastError).toMatchObject({ type: 'upstream_error' });
    const log = await world.lastCall();
    expect(log).toMatchObject({ status: 'failed', estimated: true, http_status: 200 });
    expect(Number(log?.bill)).toBeGreaterThan(0);
  });

  test('a whole answer that is reset is 502 and costs nothing', async () => {
    world.upstream.script('upstream-cloud', {
      text: 'one two three four',
      usage,
      fault: { kind: 'reset_mid_stream', afterEvents: 3 },
    });
    const answer = await world.post(PATH, { model: 'cloud', messages });
    expect(answer.status).toBe(502);
    await expectFreeFailure('upstream_unreachable');
  });
});

describe('a line of 40 MiB is refused before it fills the memory', () => {
  /** The most that the process held above what it held before. */
  async function watchMemory(run: () => Promise<void>): Promise<number> {
    const held = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = held();
    let most = before;
    const watching = setInterval(() => (most = Math.max(most, held())), 2);
    await run();
    clearInterval(watching);
    return most - before;
  }

  test.each([true, false])('in a stream: %s', async (isStream) => {
    const run = async () => {
      world.upstream.next({ fault: { kind: 'long_line', bytes: 40 * MIB } });
      const answer = await world.raw(PATH, { model: 'cloud', messages, stream: isStream });
      const text = await answer.text();
      expect(text).toContain('"upstream_bad_response"');
      expect(answer.status).toBe(isStream ? 200 : 502);
      await world.upstream.waitFor({ aborted: 1 });
    };
    const risen = await watchMemory(run);
    console.info(`memory rose by ${(risen / MIB).toFixed(1)} MiB`);
    expect(risen).toBeLessThan(32 * MIB);
    expect(await world.lastCall()).toMatchObject({ status: 'failed', error_code: 'upstream_bad_response' });
  });
});

describe('a client that leaves', () => {
  async function readWords(answer: Response): Promise<void> {
    const reader = answer.body?.getReader();
    for (let text = ''; !text.includes('"content":"w');) {
      text += Buffer.from((await reader?.read())?.value ?? []).toString();
    }
  }

  /** Leaves after some words, or without waiting for any; returns how long the upstream went on. */
  async function leave(body: object, after: 'nothing' | 'first words'): Promise<number> {
    const gone = new AbortController();
    const answered = world.raw(PATH, { model: 'cloud', messages, ...body }, { signal: gone.signal });
    await world.upstream.waitFor({ requests: 1 });
    if (after === 'first words') await readWords(await answered);
    else await sleep(50);
    const leftAtMs = performance.now();
    gone.abort();
    await answered.catch(() => undefined);
    await world.upstream.waitFor({ aborted: 1 });
    return (world.upstream.aborted[0]?.endedAtMs ?? Infinity) - leftAtMs;
  }

  test.each<[string, object, Behaviour, 'nothing' | 'first words']>([
    ['before the headers', {}, { fault: { kind: 'hang_before_headers' } }, 'nothing'],
    ['before a stream begins', { stream: true }, { fault: { kind: 'hang_before_headers' } }, 'nothing'],
    ['within a whole answer', {}, { fault: { kind: 'hang_mid_stream', afterEvents: 1 } }, 'nothing'],
    [
      'within a stream',
      { stream: true },
      { text: 'word', fault: { kind: 'endless', everyMs: 10 } },
      'first words',
    ],
    [
      'while a stream is silent',
      { stream: true },
      { text: 'words and words', fault: { kind: 'hang_mid_stream', afterEvents: 3 } },
      'first words',
    ],
  ])(
    '%s aborts the upstream within a second, and the call is settled once',
    async (_name, body, behaviour, after) => {
      const calls = await world.callCount();
      world.setDeadlines({ headersTimeoutMs: 60_000, bodyIdleTimeoutMs: 60_000, totalTimeoutMs: 60_000 });
      try {
        world.upstream.next(behaviour);
        const tookMs = await leave(body, after);
        console.info(`the upstream was aborted ${tookMs.toFixed(0)} ms after the client left`);
        expect(tookMs).toBeLessThan(1000);
      } finally {
        world.setDeadlines({
          headersTimeoutMs: DEADLINE_MS,
          bodyIdleTimeoutMs: DEADLINE_MS,
          totalTimeoutMs: 4000,
        });
      }
      await expect
        .poll(() => world.lastCall())
        .toMatchObject({ status: 'failed', error_code: 'client_closed' });
      const log = await world.lastCall();
      expect(log?.['estimated']).toBe(after === 'first words');
      expect(Number(log?.bill) > 0).toBe(after === 'first words');
      expect(await world.callCount()).toBe(calls + 1);
    },
  );
});

test('after all of this, the books are right', () => world.expectBooksRight());
