import type { AccessTokenSource } from '@aigc/providers/definition';
import { CredentialError } from '@aigc/providers/mapping-errors';
import { beforeEach, expect, test } from 'vitest';
import { AccessTokens } from './access-tokens.ts';
import { AuthorizedExchange } from './authorized-exchange.ts';
import type { ExchangeHandler, ExchangeRequest } from './exchange-handler.ts';
import { OutboundError } from './outbound-error.ts';
import type { OutboundRequest, OutboundResponse } from './outbound.ts';

const HOUR_MS = 3_600_000;
let nowMs: number;
let asked: OutboundRequest[];
let answers: { status: number; body: string }[];
let tokens: AccessTokens;

const source: AccessTokenSource = {
  request: (secret) => {
    if (secret === 'damaged') throw new CredentialError('private_key is damaged.');
    return { url: 'https://tokens.example/token', headers: {}, body: `assertion of ${secret}` };
  },
  read({ status, body }, atMs) {
    if (status !== 200) throw new CredentialError('The key is refused.');
    return { token: (body as { token: string }).token, expiresAtMs: atMs + HOUR_MS };
  },
};

function answer(status: number, body: string): OutboundResponse {
  const bytes = (async function* () {
    yield Buffer.from(body);
  })();
  return {
    status,
    headers: {},
    body: Object.assign(bytes, { destroy: () => undefined }),
    timings: { sentMs: 0, firstByteMs: 0 },
  };
}

const token = (name: string) => ({ status: 200, body: JSON.stringify({ token: name }) });

beforeEach(() => {
  nowMs = 1_000_000;
  asked = [];
  answers = [token('first'), token('second'), token('third')];
  tokens = new AccessTokens({
    now: () => nowMs,
    outbound: {
      request: async (request) => {
        asked.push(request);
        await Promise.resolve();
        const next = answers.shift() ?? token('last');
        return answer(next.status, next.body);
      },
    },
  });
});

test('calls that need a token at the same time wait for one request', async () => {
  const got = await Promise.all(Array.from({ length: 20 }, () => tokens.get(source, 'a')));
  expect(new Set(got)).toEqual(new Set(['first']));
  expect(asked).toHaveLength(1);
  expect(tokens.current(source, 'a')).toBe('first');
});

test('another credential never gets the token of this one', async () => {
  expect(await tokens.get(source, 'a')).toBe('first');
  expect(tokens.current(source, 'b')).toBeNull();
  expect(await tokens.get(source, 'b')).toBe('second');
});

test('a token is replaced before it ends, while it is still used', async () => {
  await tokens.get(source, 'a');
  nowMs += HOUR_MS - 4 * 60_000;
  expect(tokens.current(source, 'a')).toBe('first');
  expect(asked).toHaveLength(2);
  await expect.poll(() => tokens.current(source, 'a')).toBe('second');
});

test('a token that has ended is not used', async () => {
  await tokens.get(source, 'a');
  nowMs += HOUR_MS;
  expect(tokens.current(source, 'a')).toBeNull();
  expect(await tokens.get(source, 'a')).toBe('second');
});

test('a refused credential says what to mend, and is tried again only after a while', async () => {
  answers = [{ status: 400, body: '{}' }, token('mended')];
  const refused = { reason: 'credential', message: 'The key is refused.' };
  await expect(tokens.get(source, 'a')).rejects.toMatchObject(refused);
  await expect(tokens.get(source, 'a')).rejects.toMatchObject(refused);
  expect(asked).toHaveLength(1);
  nowMs += 6000;
  expect(await tokens.get(source, 'a')).toBe('mended');
});

test('a credential that cannot be read is told like one that is refused', async () => {
  await expect(tokens.get(source, 'damaged')).rejects.toMatchObject({
    reason: 'credential',
    message: 'private_key is damaged.',
  });
  expect(asked).toHaveLength(0);
});

test('a token service that is away says nothing about the credential', async () => {
  answers = [{ status: 503, body: 'away' }, token('back')];
  await expect(tokens.get(source, 'a')).rejects.toMatchObject({ reason: 'bad_response', status: 503 });
  expect(await tokens.get(source, 'a')).toBe('back');
});

/** An upstream that answers each exchange with the next status, and what its caller was told. */
function exchange(statuses: number[]) {
  const sent: string[] = [];
  const told: unknown[] = [];
  const handler: ExchangeHandler = {
    onHeaders: (status) => told.push(status),
    onData: (bytes) => told.push(bytes.toString()),
    onEnd: () => told.push('end'),
    onError: (error) => told.push(error.message),
  };
  const start = (request: ExchangeRequest, to: ExchangeHandler) => {
    sent.push(request.headers.authorization ?? 'none');
    let isAborted = false;
    const status = statuses.shift() ?? 500;
    setImmediate(() => {
      const steps = [() => to.onHeaders(status, {}), () => to.onData(Buffer.from('hello')), () => to.onEnd()];
      for (const step of steps) if (!isAborted) step();
    });
    return {
      hasReleasedBody: false,
      pause: () => undefined,
      resume: () => undefined,
      abort: () => {
        isAborted = true;
      },
    };
  };
  const run = (secret = 'a') =>
    new AuthorizedExchange({
      outbound: { start },
      tokens,
      source,
      secret,
      handler,
      request: {
        url: 'https://upstream.example',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: [],
        headersTimeoutMs: 1,
        bodyIdleTimeoutMs: 1,
        totalTimeoutMs: 1,
        maxResponseBytes: 1,
        trust: 'operator',
      },
    });
  return { sent, told, run };
}

test('a call is sent with the token, and once more with a new one when that is refused', async () => {
  const { sent, told, run } = exchange([401, 200]);
  run();
  await expect.poll(() => told).toEqual([200, 'hello', 'end']);
  expect(sent).toEqual(['Bearer first', 'Bearer second']);
});

test('a second refusal is told', async () => {
  const { sent, told, run } = exchange([401, 401]);
  run();
  await expect.poll(() => told).toEqual([401, 'hello', 'end']);
  expect(sent).toHaveLength(2);
});

test('a call without a token ends with the reason, and an aborted one hears nothing', async () => {
  const { sent, told, run } = exchange([]);
  run('damaged');
  await expect.poll(() => told).toEqual(['private_key is damaged.']);
  run('a').abort();
  await tokens.get(source, 'a');
  expect(sent).toEqual([]);
  expect(told).toHaveLength(1);
});

test('the error of a token is one of outbound calls', async () => {
  await expect(tokens.get(source, 'damaged')).rejects.toBeInstanceOf(OutboundError);
});
