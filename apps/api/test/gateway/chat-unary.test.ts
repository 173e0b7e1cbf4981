import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

const messages = [{ role: 'user' as const, content: 'Hello' }];

/** Long texts are looked into only when they are read. */
const BROKEN_USAGE = `{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"}}],"usage":{"x":"${'x'.repeat(100_000)}\\q"}}`;

function client(options: { key?: string; maxRetries?: number } = {}): OpenAI {
  return new OpenAI({
    baseURL: `${world.origin}/api/v1`,
    apiKey: options.key ?? world.key,
    maxRetries: options.maxRetries ?? 0,
  });
}

describe('200', () => {
  test('the answer comes through, is logged once, and is billed from the tokens the upstream counted', async () => {
    await world.topUp('10');
    world.upstream.next({
      text: 'Hi there',
      usage: { promptTokens: 1204, completionTokens: 388, cachedTokens: 4 },
    });
    const { data, response } = await client()
      .chat.completions.create({ model: 'cloud', messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBe('Hi there');
    expect(data.usage).toMatchObject({ prompt_tokens: 1204, completion_tokens: 388 });

    const log = await world.lastCall();
    expect(log).toMatchObject({
      request_id: response.headers.get('x-request-id'),
      model_name: 'cloud',
      status: 'success',
      input_tokens: 1204,
      output_tokens: 388,
      cached_tokens: 4,
      estimated: false,
      bill: '0.0066144000',
      is_local: false,
    });
    expect(await world.balance()).toEqual({ balance: '9.9933856000', held: '0.0000000000' });
    expect(await world.ledger()).toEqual([
      { kind: 'topup', amount: '10.0000000000' },
      { kind: 'usage', amount: '-0.0066144000' },
    ]);
  });

  test('unknown fields and numbers beyond 2^53 reach the upstream as they were written', async () => {
    const body = `{"model":"cloud","x_new":{"deep":[1,2.50,"é"]},"seed":12345678901234567890,"messages":[{"role":"user","content":"a"}]}`;
    const answer = await world.post('/v1/chat/completions', body);
    expect(answer.status).toBe(200);
    expect(world.upstream.requests[0]?.bodyText).toBe(body.replace('"cloud"', '"upstream-cloud"'));
    expect(world.upstream.requests[0]?.credential).toBe('sk-upstream-cloud-1');
  });

  test('a local model is free, needs no balance, and leaves no ledger entry', async () => {
    const before = await world.ledger();
    await client().chat.completions.create({ model: 'local', messages });
    expect(await world.lastCall()).toMatchObject({ is_local: true, bill: '0.0000000000', status: 'success' });
    expect(await world.ledger()).toEqual(before);
  });

  test('without usage from the upstream, tokens are estimated and marked so; an explicit zero stays zero', async () => {
    world.upstream.next({ text: 'twelve chars', usage: null });
    await client().chat.completions.create({ model: 'cloud', messages });
    expect(await world.lastCall()).toMatchObject({ estimated: true, output_tokens: 3 });
    world.upstream.next({ text: 'words', usage: { promptTokens: 0, completionTokens: 0 } });
    await client().chat.completions.create({ model: 'cloud', messages });
    expect(await world.lastCall()).toMatchObject({
      estimated: false,
      output_tokens: 0,
      bill: '0.0000000000',
    });
  });

  test('a call without model takes the active language model, and with an image the active vision model', async () => {
    await world.post('/v1/chat/completions', { messages });
    expect(await world.lastCall()).toMatchObject({ model_name: 'demo-chat' });
    const image_url = { url: 'data:image/png;base64,AAAA' };
    await world.post('/v1/chat/completions', {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url }] }],
    });
    expect(await world.lastCall()).toMatchObject({ model_name: 'demo-vision' });
  });

  test('x-api-key works too, and of two credentials the one of ours counts', async () => {
    const headers = { 'x-api-key': world.key, authorization: 'Bearer sk-other' };
    expect((await world.post('/v1/chat/completions', { model: 'local', messages }, headers)).status).toBe(
      200,
    );
  });
});

describe('401', () => {
  const unknown = `sk-aigc-${'0'.repeat(34)}0iqUEf`;
  test.each([
    ['no key', {}],
    ['a key of another service', { authorization: 'Bearer sk-proj-1234' }],
    ['a mistyped key', { authorization: `Bearer ${unknown.slice(0, -1)}g` }],
    ['an unknown key', { authorization: `Bearer ${unknown}` }],
  ])('%s', async (_name, headers) => {
    const before = await world.callCount();
    const answer = await world.post(
      '/v1/chat/completions',
      { model: 'local', messages },
      { authorization: '', ...headers },
    );
    expect(answer.status).toBe(401);
    expect(answer.json.error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_api_key' });
    expect(await world.callCount()).toBe(before);
  });
});

describe('402', () => {
  test('a call that the balance cannot cover never reaches the upstream and is logged', async () => {
    const poor = await world.createUser();
    const error = await client({ key: poor.key, maxRetries: 2 })
      .chat.completions.create({ model: 'cloud', messages, max_tokens: 1000 })
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ status: 402, code: 'insufficient_quota', type: 'insufficient_quota' });
    expect(world.upstream.requests).toHaveLength(0);
    await expect
      .poll(() => world.lastCall(poor.userId))
      .toMatchObject({ status: 'failed', http_status: 402 });
  });

  test('a small balance and no limit of the client: a limit is sent upstream and a header says so', async () => {
    const poor = await world.createUser();
    await world.topUp('0.02', poor.userId);
    const { response } = await client({ key: poor.key })
      .chat.completions.create({ model: 'cloud', messages })
      .withResponse();
    const limit = Number(response.headers.get('x-aigc-output-limit'));
    expect(limit).toBeGreaterThanOrEqual(256);
    expect(world.upstream.requests[0]?.body).toMatchObject({ max_tokens: limit });
  });

  test('two hundred parallel calls on a balance of ten holds: exactly ten reach the upstream', async () => {
    const poor = await world.createUser();
    // Each holds 1: output bound 100,000 tokens at 10 per million, the input being free.
    await world.addCloudModel({
      title: 'unit',
      inputPrice: '0',
      outputPrice: '10',
      maxOutputTokens: 100_000,
    });
    await world.topUp('10', poor.userId);
    world.upstream.script('upstream-unit', {
      delayMs: 1500,
      usage: { promptTokens: 1, completionTokens: 100_000 },
    });
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        world.post(
          '/v1/chat/completions',
          { model: 'unit', messages, max_tokens: 100_000 },
          { authorization: `Bearer ${poor.key}` },
        ),
      ),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(200), count(402)]).toEqual([10, 190]);
    expect(await world.balance(poor.userId)).toEqual({ balance: '0.0000000000', held: '0.0000000000' });
  });
});

describe('403', () => {
  test('the order of checks is key, model, API use, price', async () => {
    await world.addCloudModel({ title: 'closed', isApiEnabled: false, inputPrice: null, outputPrice: null });
    await world.addCloudModel({ title: 'unpriced', inputPrice: null, outputPrice: null });
    const disabled = await world.createUser({ keyStatus: 'disabled' });
    const call = async (model: string, key = world.key) =>
      (await world.post('/v1/chat/completions', { model, messages }, { authorization: `Bearer ${key}` })).json
        .error;
    expect(await call('nothing', disabled.key)).toMatchObject({ code: 'key_disabled' });
    expect(await call('nothing')).toMatchObject({ code: 'model_not_found', param: 'model' });
    expect(await call('closed')).toMatchObject({ code: 'model_api_disabled', type: 'permission_error' });
    expect(await call('unpriced')).toMatchObject({ code: 'model_not_priced' });
  });
});

describe('404', () => {
  test("another user's local model is as good as absent, and one's own goes before a cloud model of the same title", async () => {
    const other = await world.createUser();
    const bearer = { authorization: `Bearer ${other.key}` };
    const answer = await world.post('/v1/chat/completions', { model: 'local', messages }, bearer);
    expect(answer).toMatchObject({ status: 404, json: { error: { code: 'model_not_found' } } });
    await world.addLocalModel({ title: 'cloud', userId: other.userId });
    await world.post('/v1/chat/completions', { model: 'cloud', messages }, bearer);
    expect(await world.lastCall(other.userId)).toMatchObject({ is_local: true, status: 'success' });
  });

  test('unknown paths answer JSON', async () => {
    for (const path of ['/v1/nothing', '/api/v1', '/v1/chat/completions/x', '/v1/responses/abc']) {
      expect(await world.post(path, {})).toMatchObject({
        status: 404,
        json: { error: { code: 'not_found' } },
      });
    }
  });
});

describe('bad input', () => {
  const ok = { model: 'local', messages };
  test.each<[string, unknown, Record<string, string>, number, string, string | null]>([
    ['malformed JSON', '{"model":', {}, 400, 'invalid_json', null],
    ['no object', '[]', {}, 400, 'invalid_json', null],
    ['an empty body', '', {}, 400, 'invalid_json', null],
    [
      'another content type',
      ok,
      { 'content-type': 'text/plain' },
      415,
      'unsupported_media_type',
      'content-type',
    ],
    [
      'a compressed body',
      ok,
      { 'content-encoding': 'gzip' },
      415,
      'unsupported_media_type',
      'content-encoding',
    ],
    ['no messages', { model: 'local' }, {}, 400, 'missing_field', 'messages'],
    ['empty messages', { ...ok, messages: [] }, {}, 400, 'invalid_field', 'messages'],
    ['a message that is a string', { ...ok, messages: ['x'] }, {}, 400, 'invalid_field', 'messages[0]'],
    ['a model that is a number', { ...ok, model: 5 }, {}, 400, 'invalid_field', 'model'],
    ['a model with NUL', { ...ok, model: 'a\0b' }, {}, 404, 'model_not_found', 'model'],
    ['a model with a lone surrogate', { ...ok, model: '\ud800' }, {}, 404, 'model_not_found', 'model'],
    ['stream as text', { ...ok, stream: 'yes' }, {}, 400, 'invalid_field', 'stream'],
    ['a negative max_tokens', { ...ok, max_tokens: -1 }, {}, 400, 'invalid_field', 'max_tokens'],
    ['n too large', { ...ok, n: 129 }, {}, 400, 'invalid_field', 'n'],
    ['an embedding model', { ...ok, model: 'demo-embedding' }, {}, 400, 'invalid_field', 'model'],
  ])('%s', async (_name, body, headers, status, code, param) => {
    const answer = await world.post('/v1/chat/completions', body, headers);
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatchObject({ code, param });
    expect(world.upstream.requests).toHaveLength(0);
  });

  test('a body above the limit is refused before it is read', async () => {
    const answer = await world.post('/v1/chat/completions', ' '.repeat(33 * 1024 * 1024));
    expect(answer).toMatchObject({ status: 413, json: { error: { code: 'body_too_large' } } });
  });

  test('NUL and lone surrogates in a message do not make a call fail', async () => {
    const content = 'a\0b\ud800c';
    expect(
      (await world.post('/v1/chat/completions', { ...ok, messages: [{ role: 'user', content }] })).status,
    ).toBe(200);
    expect(await world.lastCall()).toMatchObject({ status: 'success' });
  });

  test('two different keys of ours: 400', async () => {
    const other = await world.createUser();
    const answer = await world.post('/v1/chat/completions', ok, { 'x-api-key': other.key });
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'conflicting_credentials' } } });
  });

  test('a wrong method: 405 with Allow; OPTIONS echoes the headers asked for; HEAD has no body', async () => {
    const get = await fetch(`${world.origin}/v1/chat/completions`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    const preflight = await fetch(`${world.origin}/v1/chat/completions`, {
      method: 'OPTIONS',
      headers: {
        'access-control-request-headers': 'authorization, x-stainless-os',
        origin: 'https://app.example',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, x-stainless-os');
    const head = await fetch(`${world.origin}/v1/models`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${world.key}` },
    });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('upstream faults', () => {
  test.each<[string, Parameters<GatewayWorld['upstream']['next']>[0], number, string]>([
    ['401', { fault: { kind: 'error', status: 401 } }, 502, 'upstream_auth_failed'],
    ['403', { fault: { kind: 'error', status: 403 } }, 502, 'upstream_auth_failed'],
    ['429', { fault: { kind: 'error', status: 429, retryAfter: '7' } }, 429, 'rate_limit_exceeded'],
    ['500', { fault: { kind: 'error', status: 500 } }, 502, 'upstream_bad_response'],
    ['529', { fault: { kind: 'error', status: 529 } }, 503, 'service_unavailable'],
    ['HTML with 200', { fault: { kind: 'html' } }, 502, 'upstream_bad_response'],
    ['no JSON', { fault: { kind: 'not_json' } }, 502, 'upstream_bad_response'],
    ['JSON of another protocol', { fault: { kind: 'not_openai' } }, 502, 'upstream_bad_response'],
    [
      'JSON whose usage holds a long text that is none',
      { fault: { kind: 'raw', contentType: 'application/json', body: BROKEN_USAGE } },
      502,
      'upstream_bad_response',
    ],
    [
      'a redirect',
      { fault: { kind: 'redirect', location: 'http://127.0.0.1/' } },
      502,
      'upstream_bad_response',
    ],
    ['a reset', { fault: { kind: 'reset_before_headers' } }, 502, 'upstream_unreachable'],
    ['gzip though identity was asked', { fault: { kind: 'gzip' } }, 502, 'upstream_bad_response'],
  ])('%s', async (_name, behaviour, status, code) => {
    const before = await world.balance();
    // What may pass in a moment is tried three times.
    world.upstream.script('upstream-cloud', behaviour);
    const answer = await world.post('/v1/chat/completions', { model: 'cloud', messages });
    expect(answer.status).toBe(status);
    expect(answer.json.error).toMatchObject({ code, message: expect.any(String) as string });
    expect(await world.lastCall()).toMatchObject({
      status: 'failed',
      error_code: code,
      bill: '0.0000000000',
    });
    expect(await world.balance()).toEqual(before);
  });

  test("an upstream's own 400 keeps its words, and openai-node raises them", async () => {
    world.upstream.next({
      fault: { kind: 'error', status: 400, code: 'context_length_exceeded', message: 'too long' },
    });
    const error = await client()
      .chat.completions.create({ model: 'cloud', messages })
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ status: 400, code: 'context_length_exceeded' });
    expect(String(error)).toContain('too long');
  });

  test('a failure that a retry cannot mend is not retried by openai-node', async () => {
    world.upstream.script('upstream-cloud', { fault: { kind: 'error', status: 500 } });
    await expect(
      client({ maxRetries: 2 }).chat.completions.create({ model: 'cloud', messages }),
    ).rejects.toThrow();
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('a client that leaves aborts the upstream, is billed nothing, and is settled once', async () => {
    world.upstream.next({ delayMs: 5000 });
    const leave = new AbortController();
    const call = world
      .post('/v1/chat/completions', { model: 'cloud', messages }, {}, leave.signal)
      .catch(() => null);
    await world.upstream.waitFor({ requests: 1 });
    leave.abort();
    await call;
    await world.upstream.waitFor({ aborted: 1 });
    await expect
      .poll(() => world.lastCall())
      .toMatchObject({ error_code: 'client_closed', bill: '0.0000000000' });
  });
});
