import type { CallAttempt } from '@aigc/shared/schemas/routing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from '../support/scripted-upstream/scripted-upstream.ts';
import type { Breaker } from '../../src/gateway/routing/breaker.ts';
import type { Fault } from '../support/scripted-upstream/behaviour.ts';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

const PATH = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'hello' }];

/** The world's own upstream is `first`; the model `cloud` is called there as `upstream-cloud`. */
let world: GatewayWorld;
let second: ScriptedUpstream;
let third: ScriptedUpstream;
let modelId: number;

beforeAll(async () => {
  world = await startGatewayWorld();
  second = await startScriptedUpstream();
  third = await startScriptedUpstream();
  await world.topUp('100');
  // Providers come with a model; these two are fallbacks later.
  await world.addCloudModel({ title: 'other-second', baseUrl: second.baseUrl });
  await world.addCloudModel({
    title: 'other-third',
    baseUrl: third.baseUrl,
    inputPrice: '24',
    outputPrice: '96',
  });
  modelId = await idOf('cloud');
});
afterAll(async () => {
  await world.close();
  await second.close();
  await third.close();
});
afterEach(async () => {
  for (const upstream of [world.upstream, second, third]) upstream.reset();
  world.setDeadlines({});
  await world.query('delete from aigcspace.model_upstreams');
  await world.query('delete from aigcspace.model_fallbacks');
  await world.query('delete from aigcspace.model_aliases');
  await world.query(
    "update aigcspace.models set strategy = 'priority', upstream_priority = 0, upstream_weight = 1",
  );
});

async function idOf(title: string): Promise<number> {
  const [row] = await world.query<{ id: number }>('select id from aigcspace.models where title = ?', [title]);
  return row?.id ?? 0;
}

let made = 0;

/**
 * Gives the model a second upstream, under a name of its own: what earlier tests have made of an upstream's breaker
 * does not matter to it. Returns the name.
 */
async function route(options: { third?: boolean; strategy?: string } = {}): Promise<string> {
  made += 1;
  const name = `routed-${made}`;
  await world.query('update aigcspace.models set upstream_model = ?, strategy = ? where id = ?', [
    name,
    options.strategy ?? 'priority',
    modelId,
  ]);
  const others = options.third === true ? ['other-second', 'other-third'] : ['other-second'];
  for (const [place, title] of others.entries()) {
    await world.query(
      `insert into aigcspace.model_upstreams (model_id, provider_id, upstream_model, priority)
       select ?, provider_id, ?, ? from aigcspace.models where title = ?`,
      [modelId, name, place + 1, title],
    );
  }
  await world.refresh();
  return name;
}

const ask = (body: object = {}) => world.post(PATH, { model: 'cloud', messages, ...body });

async function streamed(headers: Record<string, string> = {}): Promise<string> {
  const answer = await world.raw(PATH, { model: 'cloud', messages, stream: true }, { headers });
  return answer.text();
}

async function attempts(): Promise<CallAttempt[]> {
  const row = await world.lastCall();
  return (row?.['attempts'] ?? []) as CallAttempt[];
}

/** Where each attempt of the last call went, and how it ended. */
async function way(): Promise<[provider: string, error: string | null][]> {
  const all = await attempts();
  const places = new Map([['Scripted', 'first']]);
  const rows = await world.query<{ name: string; base_url: string }>(
    'select name, base_url from aigcspace.providers',
  );
  for (const { name, base_url: baseUrl } of rows) {
    if (baseUrl === second.baseUrl) places.set(name, 'second');
    if (baseUrl === third.baseUrl) places.set(name, 'third');
  }
  return all.map(({ provider, error_code: code }) => [places.get(provider ?? '') ?? '', code]);
}

function breaker(upstreamModel: string, provider: string): Breaker {
  for (const [, health] of world.upstreamHealth.entries) {
    if (health.name.upstreamModel === upstreamModel && health.name.provider === provider)
      return health.breaker;
  }
  throw new Error('it was never called');
}

const FAULTS: [string, Fault, string][] = [
  ['a server error', { kind: 'error', status: 500 }, 'upstream_bad_response'],
  ['overload', { kind: 'error', status: 529 }, 'service_unavailable'],
  ['a limit', { kind: 'error', status: 429, retryAfter: '7' }, 'rate_limit_exceeded'],
  ['a refused credential', { kind: 'error', status: 401 }, 'upstream_auth_failed'],
  [
    'an account that is used up',
    { kind: 'error', status: 429, code: 'insufficient_quota' },
    'rate_limit_exceeded',
  ],
  ['a model it does not know', { kind: 'error', status: 404, code: 'model_not_found' }, 'upstream_rejected'],
  ['a reset before the first byte', { kind: 'reset_before_headers' }, 'upstream_unreachable'],
  ['a page of HTML', { kind: 'html' }, 'upstream_bad_response'],
  ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1/' }, 'upstream_bad_response'],
];

describe.each(FAULTS)('%s of the first upstream is hidden by the second', (_name, fault, code) => {
  test('for a whole answer', async () => {
    const name = await route();
    world.upstream.script(name, { fault });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(await way()).toEqual([
      ['first', code],
      ['second', null],
    ]);
    expect(world.upstream.requests).toHaveLength(1);
    expect(second.requests).toHaveLength(1);
    expect(second.requests[0]?.model).toBe(name);
  });

  test('for a stream', async () => {
    const name = await route();
    world.upstream.script(name, { fault });
    const text = await streamed();
    expect(text).toContain('data: [DONE]');
    expect(text).not.toContain('"error"');
    expect(await way()).toEqual([
      ['first', code],
      ['second', null],
    ]);
  });
});

test('an upstream that cannot be reached is left for the next, and the log names no address', async () => {
  const name = await route();
  await world.addCloudModel({ title: `gone-${name}`, baseUrl: 'http://127.0.0.1:1/v1' });
  await world.query(
    `update aigcspace.models set provider_id = (select provider_id from aigcspace.models where title = ?) where id = ?`,
    [`gone-${name}`, modelId],
  );
  await world.refresh();
  expect((await ask()).status).toBe(200);
  const [failed, answered] = await attempts();
  expect(failed).toMatchObject({
    model: 'cloud',
    upstream_model: name,
    error_code: 'upstream_unreachable',
    http_status: null,
  });
  expect(answered).toMatchObject({ error_code: null, http_status: 200 });
  expect(JSON.stringify([failed, answered])).not.toContain('127.0.0.1');
  await world.query(
    `update aigcspace.models set provider_id = (select id from aigcspace.providers where name = 'Scripted') where id = ?`,
    [modelId],
  );
  await world.refresh();
});

test.each([false, true])(
  'an upstream that hangs loses its connection, and the next answers (stream: %s)',
  async (stream) => {
    const name = await route();
    world.setDeadlines({ headersTimeoutMs: 300 });
    world.upstream.script(name, { fault: { kind: 'hang_before_headers' } });
    if (stream) expect(await streamed()).toContain('[DONE]');
    else expect((await ask()).status).toBe(200);
    await world.upstream.waitFor({ aborted: 1 });
    expect(await way()).toEqual([
      ['first', 'upstream_timeout'],
      ['second', null],
    ]);
    world.setDeadlines({ headersTimeoutMs: 60_000 });
  },
);

describe('what has reached the client is not taken back', () => {
  test('a stream that breaks after its first content ends in an error, and is tried nowhere else', async () => {
    const name = await route();
    world.upstream.script(name, {
      text: 'one two three',
      fault: { kind: 'reset_mid_stream', afterEvents: 2 },
    });
    const text = await streamed();
    expect(text).toContain('event: error');
    expect(text).not.toContain('[DONE]');
    expect(second.requests).toHaveLength(0);
    expect(await way()).toEqual([['first', 'upstream_unreachable']]);
    expect(await world.lastCall()).toMatchObject({
      provider: 'Scripted',
      status: 'failed',
      http_status: 200,
    });
  });

  test('an upstream that ends its stream with nothing in it is left, and the next may take its time', async () => {
    const name = await route();
    world.upstream.script(name, {
      fault: { kind: 'raw', contentType: 'text/event-stream', body: 'data: [DONE]\n\n' },
    });
    second.script(name, { delayMs: 1_500 });
    expect(await streamed()).toContain('[DONE]');
    expect(await way()).toHaveLength(2);
  });

  test('a stream that breaks before any content is tried elsewhere, although its status was 200', async () => {
    const name = await route();
    world.upstream.script(name, { fault: { kind: 'reset_mid_stream', afterEvents: 0 } });
    expect(await streamed()).toContain('[DONE]');
    expect(await way()).toEqual([
      ['first', 'upstream_unreachable'],
      ['second', null],
    ]);
  });

  test('a whole answer that breaks in the middle was not seen by anybody: the next gives it', async () => {
    const name = await route();
    world.upstream.script(name, {
      text: 'one two three',
      fault: { kind: 'reset_mid_stream', afterEvents: 2 },
    });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(await way()).toHaveLength(2);
  });
});

describe("the client's own mistakes", () => {
  test.each([
    ['a bad request', { kind: 'error', status: 400, message: 'Your credit is fine, your JSON is not.' }, 400],
    ['a content filter', { kind: 'error', status: 400, code: 'content_filter' }, 400],
    ['a request too long', { kind: 'error', status: 413 }, 413],
    ['an unknown file', { kind: 'error', status: 404, code: 'file_not_found' }, 404],
  ] as const)(
    '%s is told at once, asked nowhere else, and opens no breaker',
    async (_name, fault, status) => {
      const name = await route();
      world.upstream.script(name, { fault });
      for (let call = 0; call < 7; call += 1) expect((await ask()).status).toBe(status);
      expect(breaker(name, 'Scripted').failures).toBe(0);
      expect(world.upstream.requests).toHaveLength(7);
      expect(second.requests).toHaveLength(0);
      world.upstream.script(name, {});
      expect((await ask()).status).toBe(200);
      expect(second.requests).toHaveLength(0);
    },
  );
});

describe('when every upstream fails', () => {
  test('each is asked once, and the client is told what says most', async () => {
    const name = await route({ third: true });
    world.upstream.script(name, { fault: { kind: 'error', status: 401 } });
    second.script(name, { fault: { kind: 'error', status: 429, retryAfter: '9' } });
    third.script(name, { fault: { kind: 'html' } });
    const answer = await ask();
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('9');
    expect(await way()).toEqual([
      ['first', 'upstream_auth_failed'],
      ['second', 'rate_limit_exceeded'],
      ['third', 'upstream_bad_response'],
    ]);
    expect(await world.lastCall()).toMatchObject({ status: 'failed', bill: '0.0000000000' });
  });

  test('what passes is asked again: an only upstream three times, with pauses that grow', async () => {
    made += 1;
    const name = `routed-${made}`;
    await world.query('update aigcspace.models set upstream_model = ? where id = ?', [name, modelId]);
    await world.refresh();
    world.upstream.script(name, { fault: { kind: 'error', status: 503 } });
    expect((await ask()).status).toBe(503);
    const all = await attempts();
    expect(all).toHaveLength(3);
    const pauses = all.slice(1).map((attempt, index) => {
      const before = all[index];
      return attempt.started_ms - (before === undefined ? 0 : before.started_ms + before.latency_ms);
    });
    expect(pauses[0]).toBeGreaterThanOrEqual(245);
    expect(pauses[1]).toBeGreaterThanOrEqual(495);
  });

  test.each([
    ['a whole answer', {}],
    ['an answer to a stream', { stream: true }],
  ])(
    '%s that breaks off has done its work: an only upstream is not asked for it again',
    async (_name, extra) => {
      made += 1;
      const name = `routed-${made}`;
      await world.query('update aigcspace.models set upstream_model = ? where id = ?', [name, modelId]);
      await world.refresh();
      const behaviour = {
        text: 'one two three',
        fault: { kind: 'reset_mid_stream', afterEvents: 2 },
      } as const;
      world.upstream.script(name, { ...behaviour, ignoresStream: 'stream' in extra });
      const answer = await ask(extra);
      expect(answer).toMatchObject({ status: 502, json: { error: { code: 'upstream_unreachable' } } });
      expect(world.upstream.requests.filter(({ model }) => model === name)).toHaveLength(1);
      expect(await way()).toHaveLength(1);
    },
  );

  test('an upstream that limits is asked again when it said, and a client sees nothing of it', async () => {
    made += 1;
    const name = `routed-${made}`;
    await world.query('update aigcspace.models set upstream_model = ? where id = ?', [name, modelId]);
    await world.refresh();
    world.upstream.next({ fault: { kind: 'error', status: 429, retryAfter: '1' } });
    expect((await ask()).status).toBe(200);
    const [limited, answered] = await attempts();
    expect(limited?.error_code).toBe('rate_limit_exceeded');
    expect((answered?.started_ms ?? 0) - (limited?.started_ms ?? 0)).toBeGreaterThanOrEqual(990);
  });
});

test('a limited upstream is left alone as long as it asked for', async () => {
  const name = await route();
  world.upstream.next({ fault: { kind: 'error', status: 429, retryAfter: '30' } });
  for (let call = 0; call < 3; call += 1) expect((await ask()).status).toBe(200);
  expect(world.upstream.requests).toHaveLength(1);
  expect(second.requests.filter(({ model }) => model === name)).toHaveLength(3);
});

test('a breaker opens after failures that last, sends calls elsewhere, and closes by one probe', async () => {
  const name = await route();
  world.upstream.script(name, { fault: { kind: 'error', status: 500 } });
  const failing = performance.now();
  while (performance.now() - failing < 1_300) {
    expect((await ask()).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const seen = world.upstream.requests.length;
  expect(seen).toBeGreaterThanOrEqual(5);
  for (let call = 0; call < 5; call += 1) expect((await ask()).status).toBe(200);
  expect(world.upstream.requests).toHaveLength(seen);
  expect(breaker(name, 'Scripted').state(performance.now())).toBe('open');

  // Recovered: five seconds later one call goes there, and then all do.
  world.upstream.script(name, { delayMs: 300 });
  await new Promise((resolve) => setTimeout(resolve, 5_200));
  expect(breaker(name, 'Scripted').state(performance.now())).toBe('half_open');
  const [probe, ...others] = await Promise.all([ask(), ask(), ask()]);
  expect([probe, ...others].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(world.upstream.requests).toHaveLength(seen + 1);
  expect(breaker(name, 'Scripted').state(performance.now())).toBe('closed');
  await ask();
  expect(world.upstream.requests).toHaveLength(seen + 2);
}, 30_000);

describe('a fallback model', () => {
  async function fallBackTo(title: string): Promise<void> {
    await world.query(
      'insert into aigcspace.model_fallbacks (model_id, fallback_id, position) values (?, ?, 0)',
      [modelId, await idOf(title)],
    );
    await world.refresh();
  }

  test('answers when no upstream of the model can, at its own price; bill and log say so', async () => {
    const name = await route();
    await fallBackTo('other-third');
    const fault = { kind: 'error', status: 500 } as const;
    world.upstream.script(name, { fault });
    second.script(name, { fault });
    third.script('upstream-other-third', { usage: { promptTokens: 1000, completionTokens: 100 } });
    expect((await ask()).status).toBe(200);
    const row = await world.lastCall();
    // 1000 x 24 + 100 x 96 per million.
    expect(row).toMatchObject({ model_name: 'cloud', answered_by: 'other-third', bill: '0.0336000000' });
    expect((await way()).map(([place]) => place)).toEqual(['first', 'second', 'third']);
    expect(third.requests[0]?.model).toBe('upstream-other-third');
    await world.expectBooksRight();
  });

  test('is held for: a balance that pays for the model alone is not enough', async () => {
    await route();
    await fallBackTo('other-third');
    const poor = await world.createUser();
    // 4096 tokens of output cost 0.04 with the model and 0.4 with its fallback.
    await world.topUp('0.1', poor.userId);
    const headers = { authorization: `Bearer ${poor.key}` };
    const refused = await world.post(PATH, { model: 'cloud', messages, max_tokens: 4096 }, headers);
    expect(refused.status).toBe(402);
    await world.query('delete from aigcspace.model_fallbacks');
    await world.refresh();
    const paid = await world.post(PATH, { model: 'cloud', messages, max_tokens: 4096 }, headers);
    expect(paid.status).toBe(200);
  });

  test('is not asked for a key that may not call it', async () => {
    const name = await route();
    await fallBackTo('other-third');
    await world.query(
      'update aigcspace.platform_api_key set allowed_models = \'["cloud"]\' where user_id = ?',
      [world.userId],
    );
    await world.refresh();
    const fault = { kind: 'error', status: 500 } as const;
    world.upstream.script(name, { fault });
    second.script(name, { fault });
    expect((await ask()).status).toBe(502);
    expect(third.requests).toHaveLength(0);
    await world.query('update aigcspace.platform_api_key set allowed_models = null where user_id = ?', [
      world.userId,
    ]);
    await world.refresh();
  });
});

test('an alias is the model: it is called, listed, and logged under the name of the model', async () => {
  await world.query("insert into aigcspace.model_aliases (alias, model_id) values ('gpt-nickname', ?)", [
    modelId,
  ]);
  await world.refresh();
  const answer = await world.post(PATH, { model: 'gpt-nickname', messages });
  expect(answer.status).toBe(200);
  expect(await world.lastCall()).toMatchObject({ model_name: 'cloud', status: 'success' });
  await expect(
    world.query("update aigcspace.models set title = 'gpt-nickname' where title = 'other-second'"),
  ).rejects.toThrow();
  await expect(
    world.query("insert into aigcspace.model_aliases (alias, model_id) values ('other-second', ?)", [
      modelId,
    ]),
  ).rejects.toThrow();
});

describe('strategies', () => {
  test('lowest latency: the quicker upstream gets the calls once both are known', async () => {
    const name = await route({ strategy: 'lowest_latency' });
    world.upstream.script(name, { delayMs: 250 });
    for (let call = 0; call < 6; call += 1) await ask();
    expect(world.upstream.requests).toHaveLength(1);
    expect(second.requests).toHaveLength(5);
  });

  test('lowest price: the cheaper upstream gets the calls, whatever its priority', async () => {
    await route({ strategy: 'lowest_price' });
    await world.query(
      'update aigcspace.models set upstream_input_cost = 2, upstream_output_cost = 2 where id = ?',
      [modelId],
    );
    await world.query('update aigcspace.model_upstreams set input_cost = 1, output_cost = 1');
    await world.refresh();
    for (let call = 0; call < 3; call += 1) await ask();
    expect(second.requests).toHaveLength(3);
    await world.query('update aigcspace.models set upstream_input_cost = null, upstream_output_cost = null');
  });

  test('weighted: both get calls', async () => {
    await route({ strategy: 'weighted' });
    for (let call = 0; call < 40; call += 1) await ask();
    // Each stays without a call once in a trillion runs.
    expect(world.upstream.requests.length).toBeGreaterThan(0);
    expect(second.requests.length).toBeGreaterThan(0);
  });
});

test('a switched-off upstream and a disabled provider get no calls; the model lives on by the others', async () => {
  await route();
  await world.query('update aigcspace.models set is_upstream_enabled = false where id = ?', [modelId]);
  await world.refresh();
  expect((await ask()).status).toBe(200);
  expect(world.upstream.requests).toHaveLength(0);
  expect(second.requests).toHaveLength(1);
  await world.query('update aigcspace.models set is_upstream_enabled = true where id = ?', [modelId]);
});

describe('between two attempts', () => {
  test('a client that leaves ends the call, and the next upstream is not asked', async () => {
    const name = await route();
    world.upstream.script(name, { fault: { kind: 'hang_before_headers' } });
    const left = new AbortController();
    const call = world.raw(PATH, { model: 'cloud', messages }, { signal: left.signal }).catch(() => null);
    await world.upstream.waitFor({ requests: 1 });
    left.abort();
    await call;
    await world.upstream.waitFor({ aborted: 1 });
    expect(await way()).toEqual([['first', 'client_closed']]);
    expect(second.requests).toHaveLength(0);
  });

  test('an Idempotency-Key still means one answer and one bill', async () => {
    const name = await route();
    world.upstream.script(name, { fault: { kind: 'error', status: 500 } });
    second.script(name, { delayMs: 200 });
    const headers = { 'idempotency-key': `routing-${name}` };
    const answers = await Promise.all(
      [1, 2, 3].map(() => world.post(PATH, { model: 'cloud', messages }, headers)),
    );
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(world.upstream.requests).toHaveLength(1);
    expect(second.requests).toHaveLength(1);
    await world.expectBooksRight();
  });
});
