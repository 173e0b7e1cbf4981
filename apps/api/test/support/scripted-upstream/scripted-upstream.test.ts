import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Behaviour, ErrorBody } from './behaviour.ts';
import { embed } from './embedding-answer.ts';
import { startScriptedUpstream, unusedOrigin, type ScriptedUpstream } from './scripted-upstream.ts';

let upstream: ScriptedUpstream;
beforeAll(async () => {
  upstream = await startScriptedUpstream({ models: ['m', 'org/m'] });
});
afterEach(() => {
  upstream.reset();
  upstream.setModels(['m', 'org/m']);
});
afterAll(() => upstream.close());

type Json = Record<string, never>;

async function post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${upstream.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k1' },
    body: JSON.stringify(body),
    ...init,
  });
}

async function chat(behaviour: Behaviour, extra: object = {}): Promise<Response> {
  upstream.next(behaviour);
  return post('/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'hi' }], ...extra });
}

async function completion(behaviour: Behaviour, extra: object = {}): Promise<Json> {
  return (await (await chat(behaviour, extra)).json()) as Json;
}

/** The payloads of a stream, `[DONE]` included as a string. */
async function events(behaviour: Behaviour, extra: object = {}): Promise<unknown[]> {
  const text = await (await chat(behaviour, { stream: true, ...extra })).text();
  return text
    .split(/\r?\n\r?\n/)
    .flatMap((event) => event.split(/\r?\n/).filter((line) => line.startsWith('data:')))
    .map((line) => line.slice(5).trim())
    .map((data) => (data === '[DONE]' ? data : (JSON.parse(data) as unknown)));
}

describe('a chat answer', () => {
  test('is a completion with text and usage, for each of n choices', async () => {
    const answer = await completion(
      { text: 'Hi', usage: { promptTokens: 3, completionTokens: 1 } },
      { n: 2 },
    );
    expect(answer).toMatchObject({
      object: 'chat.completion',
      model: 'm',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, finish_reason: 'stop' },
        { index: 1, message: { content: 'Hi' } },
      ],
      usage: { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 },
    });
  });

  test('can hold tool calls, reasoning or a refusal', async () => {
    const toolCalls = [{ id: 'c1', name: 'f', arguments: '{"a":1}' }];
    expect(await completion({ toolCalls, reasoning: 'hm' })).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            reasoning_content: 'hm',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
    });
    expect(await completion({ refusal: 'no' })).toMatchObject({
      choices: [{ message: { content: null, refusal: 'no' } }],
    });
  });

  test('streams its pieces and ends with [DONE]', async () => {
    const answer = await events({ pieces: ['He', 'llo'] });
    expect(answer.at(-1)).toBe('[DONE]');
    expect(answer.slice(0, -1)).toMatchObject([
      { object: 'chat.completion.chunk', choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { content: 'He' }, finish_reason: null }] },
      { choices: [{ delta: { content: 'llo' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
    ]);
  });

  test('streams tool calls with an index, and every one of n choices', async () => {
    const answer = await events({ toolCalls: [{ id: 'c1', name: 'f', arguments: '{"a":1}' }] });
    const calls = answer
      .slice(1, 4)
      .map((chunk) => (chunk as { choices: [{ delta: Json }] }).choices[0].delta);
    expect(calls).toEqual([
      { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] },
      { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
    ]);
    expect(await events({ pieces: ['x'] }, { n: 3 })).toHaveLength(10);
  });
});

describe('usage in a stream', () => {
  const usage = { promptTokens: 7, completionTokens: 2, cachedTokens: 4 };
  const asked = { stream_options: { include_usage: true } };

  test.each<[string, Behaviour, object, unknown[]]>([
    ['when asked, a last chunk without choices', { usage }, asked, [null, null, null, 7]],
    ['when not asked, nothing', { usage }, {}, [undefined, undefined, undefined]],
    ['always', { usage, usagePlacement: 'always' }, {}, [undefined, undefined, undefined, 7]],
    ['on the finish chunk', { usage, usagePlacement: 'finish_chunk' }, {}, [undefined, undefined, 7]],
    ['on every chunk', { usage, usagePlacement: 'every_chunk' }, {}, [7, 7, 7]],
    ['absent although asked', { usage: null }, asked, [null, null, null]],
    ['an explicit zero', { usage: { promptTokens: 0, completionTokens: 0 } }, asked, [null, null, null, 0]],
  ])('%s', async (_name, behaviour, extra, expected) => {
    const answer = await events({ pieces: ['x'], ...behaviour }, extra);
    const reported = answer
      .slice(0, -1)
      .map((chunk) => (chunk as { usage?: { prompt_tokens: number } | null }).usage)
      .map((each) => (each === null || each === undefined ? each : each.prompt_tokens));
    expect(reported).toEqual(expected);
  });

  test('is counted once per answer, by model and by credential', async () => {
    await events({ usage, usagePlacement: 'every_chunk' });
    await completion({ usage });
    await completion({ usage: null });
    await post('/embeddings', { model: 'e', input: 'x' }, { headers: { 'api-key': 'k2' } });
    expect(upstream.reported()).toEqual({ answers: 3, promptTokens: 19, completionTokens: 4 });
    expect(upstream.reported({ model: 'm' })).toEqual({ answers: 2, promptTokens: 14, completionTokens: 4 });
    expect(upstream.reported({ credential: 'k2' })).toEqual({
      answers: 1,
      promptTokens: 5,
      completionTokens: 0,
    });
  });
});

describe('embeddings', () => {
  test('are floats or base64, as asked or as scripted', async () => {
    const floats = (await (await post('/embeddings', { model: 'm', input: ['a', 'b'] })).json()) as {
      data: { embedding: number[] }[];
    };
    expect(floats.data.map(({ embedding }) => embedding)).toEqual([[...embed('a')], [...embed('b')]]);
    const request = { model: 'm', input: [1, 2], encoding_format: 'base64', dimensions: 3 };
    const encoded = (await (await post('/embeddings', request)).json()) as { data: { embedding: string }[] };
    const bytes = Buffer.from(encoded.data[0]?.embedding ?? '', 'base64');
    expect(new Float32Array(new Uint8Array(bytes).buffer)).toEqual(embed('1 2', 3));
    upstream.script('m', { embeddingFormat: 'float' });
    const ignored = (await (await post('/embeddings', request)).json()) as { data: { embedding: unknown }[] };
    expect(ignored.data[0]?.embedding).toHaveLength(3);
  });
});

describe('models', () => {
  test('are listed, found by an id with a slash, or missing altogether', async () => {
    const list = (await (await fetch(`${upstream.baseUrl}/models`)).json()) as { data: { id: string }[] };
    expect(list.data.map(({ id }) => id)).toEqual(['m', 'org/m']);
    expect((await fetch(`${upstream.baseUrl}/models/org%2Fm`)).status).toBe(200);
    expect((await fetch(`${upstream.baseUrl}/models/other`)).status).toBe(404);
    upstream.setModels(null);
    expect((await fetch(`${upstream.baseUrl}/models`)).status).toBe(404);
    upstream.setModels({ fault: { kind: 'html' } });
    expect((await fetch(`${upstream.baseUrl}/models`)).headers.get('content-type')).toBe('text/html');
  });
});

describe('a fault', () => {
  test.each<[ErrorBody, string]>([
    [
      'openai',
      '{"error":{"message":"Slow down.","type":"rate_limit_error","param":null,"code":"rate_limit_exceeded"}}',
    ],
    ['message_only', '{"error":{"message":"Slow down."}}'],
    ['string', '{"error":"Slow down."}'],
    ['no_error', '{"message":"Slow down.","status":429}'],
    ['text', 'Slow down.'],
    ['empty', ''],
  ])('error with the body %s', async (body, expected) => {
    const response = await chat({
      fault: { kind: 'error', status: 429, body, message: 'Slow down.', retryAfter: '7' },
    });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.text()).toBe(expected);
  });

  test('of a parameter that it rejects', async () => {
    const extra = { stream: true, stream_options: { include_usage: true } };
    const response = await chat({ rejects: ['stream_options'] }, extra);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'stream_options' } });
    expect(await events({ rejects: ['stream_options'] })).toContain('[DONE]');
  });

  test('of a whole answer: redirect, HTML, broken JSON, JSON of something else', async () => {
    upstream.next({ fault: { kind: 'redirect', location: '/other' } });
    const redirected = await post('/chat/completions', {}, { redirect: 'manual' });
    expect(redirected.status).toBe(302);
    expect((await chat({ fault: { kind: 'html' } })).headers.get('content-type')).toBe('text/html');
    await expect(completion({ fault: { kind: 'not_json' } })).rejects.toThrow(SyntaxError);
    expect(await completion({ fault: { kind: 'not_openai' } })).toHaveProperty('status', 'ok');
  });

  test('of encoding: gzip although identity was asked for, and bytes that are no UTF-8', async () => {
    const zipped = await chat({ text: 'plain', fault: { kind: 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.json()).toMatchObject({ choices: [{ message: { content: 'plain' } }] });
    expect(await events({ fault: { kind: 'gzip' } })).toContain('[DONE]');
    const broken = await (await chat({ fault: { kind: 'invalid_utf8' } })).bytes();
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(broken)).toThrow();
    const stream = await (await chat({ fault: { kind: 'invalid_utf8' } }, { stream: true })).bytes();
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(stream)).toThrow();
  });

  test('of size: one line of 40 MiB', async () => {
    const bytes = 40 * 1024 * 1024;
    const unary = await (await chat({ fault: { kind: 'long_line', bytes } })).bytes();
    expect(unary.length).toBeGreaterThan(bytes);
    const stream = await (await chat({ fault: { kind: 'long_line', bytes } }, { stream: true })).bytes();
    expect(stream.length).toBeGreaterThan(bytes);
  });

  test('within a stream: it ends, resets or reports an error after some events', async () => {
    expect(await events({ fault: { kind: 'end_mid_stream', afterEvents: 2 } })).toHaveLength(2);
    const withoutDone = await events({ pieces: ['x'], fault: { kind: 'end_without_done' } });
    expect(withoutDone).toHaveLength(3);
    expect(withoutDone).not.toContain('[DONE]');
    const failed = await events({ fault: { kind: 'error_in_stream', afterEvents: 1, message: 'oops' } });
    expect(failed).toMatchObject([{}, { error: { message: 'oops' } }]);

    const cut = await chat({ fault: { kind: 'reset_mid_stream', afterEvents: 2 } }, { stream: true });
    const seen: string[] = [];
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of cut.body ?? []) seen.push(decoder.decode(chunk));
    })();
    await expect(reading).rejects.toThrow();
    expect(seen.join('').split('\n\n')).toHaveLength(3);
    expect(upstream.requests.at(-1)?.outcome).toBe('cut');
    await expect(chat({ fault: { kind: 'reset_before_headers' } })).rejects.toThrow();
  });

  test('of time: hanging, dripping and never ending answers see their client leave', async () => {
    for (const [behaviour, extra] of [
      [{ fault: { kind: 'hang_before_headers' } }, {}],
      [{ fault: { kind: 'hang_mid_stream', afterEvents: 1 } }, { stream: true }],
      [{ fault: { kind: 'hang_mid_stream', afterEvents: 1 } }, {}],
      [{ fault: { kind: 'endless', everyMs: 2 } }, { stream: true }],
      [{ dripMs: 1_000 }, { stream: true }],
      [{ delayMs: 60_000 }, {}],
    ] as [Behaviour, object][]) {
      upstream.reset();
      upstream.next(behaviour);
      const leave = new AbortController();
      const body = { model: 'm', messages: [], ...extra };
      const reading = post('/chat/completions', body, { signal: leave.signal }).then((response) =>
        response.text(),
      );
      await upstream.waitFor({ requests: 1 });
      setTimeout(() => leave.abort(), 30);
      await expect(reading).rejects.toThrow();
      await upstream.waitFor({ aborted: 1 });
      const [request] = upstream.aborted;
      expect(request?.endedAtMs).toBeGreaterThan(request?.receivedAtMs ?? Infinity);
    }
  });

  test('of connecting: an origin where nothing listens', async () => {
    await expect(fetch(await unusedOrigin())).rejects.toThrow();
  });
});

describe('framing', () => {
  const plain: Behaviour = { pieces: ['你', '好🙂'] };
  test.each([{ crlf: true }, { noSpace: true }, { noise: true }, { everyByte: true }])(
    '%j carries the same events',
    async (framing) => {
      const expected = (await events(plain)).slice(1, 3);
      expect((await events({ ...plain, framing })).slice(1, 3)).toMatchObject(
        expected.map((chunk) => ({ choices: (chunk as { choices: unknown }).choices })),
      );
    },
  );

  test('noise is comments, ids, retries and event names', async () => {
    const text = await (await chat({ framing: { noise: true, noSpace: true } }, { stream: true })).text();
    expect(text).toContain(': a comment\nid: 0\nretry: 3000\nevent: message\ndata:{');
  });
});

describe('the account', () => {
  test('records what came: path, headers, credential and body', async () => {
    await post('/chat/completions?api-version=1', { model: 'm', messages: [], x: 1 });
    await post('/chat/completions', 'no object', { headers: { 'x-api-key': 'k3' } });
    expect(upstream.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions?api-version=1',
        credential: 'k1',
        body: { model: 'm', x: 1 },
        model: 'm',
        stream: false,
      },
      { credential: 'k3', model: null },
    ]);
  });

  test('scripts hold for a model until reset, and a queued behaviour comes before them', async () => {
    upstream.script('m', { text: 'scripted' });
    expect(await completion({ text: 'queued' })).toMatchObject({
      choices: [{ message: { content: 'queued' } }],
    });
    for (let call = 0; call < 2; call += 1) {
      const answer = await post('/chat/completions', { model: 'm', messages: [] });
      expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'scripted' } }] });
    }
    upstream.reset();
    expect(upstream.requests).toEqual([]);
    const answer = await post('/chat/completions', { model: 'm', messages: [] });
    expect(await answer.json()).toMatchObject({
      choices: [{ message: { content: expect.stringContaining('Hello') } }],
    });
  });

  test('with credentials of its own it refuses others, and it closes with answers open', async () => {
    const strict = await startScriptedUpstream({ credentials: ['right'] });
    const call = (key: string): Promise<Response> =>
      fetch(`${strict.baseUrl}/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await call('wrong')).status).toBe(401);
    expect((await call('right')).status).toBe(200);
    strict.next({ fault: { kind: 'hang_before_headers' } });
    const open = fetch(`${strict.baseUrl}/chat/completions`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'Bearer right' },
    });
    await strict.waitFor({ requests: 3 });
    await Promise.all([expect(open).rejects.toThrow(), strict.close()]);
  });
});
