import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { messageEvents, wholeMessage } from '../support/messages-wire.ts';
import { startWireUpstream, type WireUpstream } from '../support/wire-upstream.ts';

let world: GatewayWorld;
let anthropic: WireUpstream;

beforeAll(async () => {
  anthropic = await startWireUpstream();
  world = await startGatewayWorld();
  await world.topUp('100');
  await world.addCloudModel({
    title: 'claude-native',
    dialect: 'anthropic',
    baseUrl: anthropic.baseUrl,
    upstreamModel: 'claude-sonnet-4-5',
    inputPrice: '3',
    outputPrice: '15',
  });
});
afterEach(() => {
  world.upstream.reset();
  anthropic.reset();
});
afterAll(async () => {
  await world.close();
  await anthropic.close();
});

const NATIVE = 'claude-native';
const OTHER = 'cloud';
const messages = [{ role: 'user' as const, content: 'Hello' }];
const TEXT = { type: 'text', text: 'Grüße aus 北京' };
const CALL = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Rome' } };
const WEATHER: Anthropic.Tool = {
  name: 'get_weather',
  description: 'Weather of a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const CHAT_CALL = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Rome"}' };
const USAGE = { promptTokens: 10, completionTokens: 20 };

function client(options: ConstructorParameters<typeof Anthropic>[0] = {}): Anthropic {
  return new Anthropic({
    baseURL: world.origin,
    authToken: world.key,
    apiKey: null,
    maxRetries: 0,
    ...options,
  });
}

function openai(): OpenAI {
  return new OpenAI({ baseURL: `${world.origin}/v1`, apiKey: world.key, maxRetries: 0 });
}

describe("Anthropic's client, with a model behind Anthropic's API", () => {
  test('gets the message as it was written; cache reads and writes are part of the prompt that is billed', async () => {
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' };
    anthropic.next(wholeMessage([thinking, TEXT]));
    const cached = {
      type: 'text' as const,
      text: 'Be brief.',
      cache_control: { type: 'ephemeral' as const },
    };
    const message = await client().messages.create(
      { model: NATIVE, max_tokens: 100, system: [cached], messages, thinking: { type: 'adaptive' } },
      { headers: { 'anthropic-beta': 'context-1m-2025-08-07' } },
    );
    expect(message).toMatchObject({ id: 'msg_upstream', content: [thinking, TEXT], stop_reason: 'end_turn' });
    expect(message._request_id).toMatch(/^req_/);
    const [asked] = anthropic.requests;
    expect(asked?.path).toBe('/v1/messages');
    expect(asked?.headers).toMatchObject({
      'x-api-key': 'sk-upstream-cloud-1',
      // As this client sends it.
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'context-1m-2025-08-07',
    });
    expect(asked?.headers.authorization).toBeUndefined();
    expect(asked?.body).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      system: [cached],
      messages,
      thinking: { type: 'adaptive' },
    });
    // 1210 at 3 and 20 at 15 for a million.
    expect(await world.lastCall()).toMatchObject({
      endpoint: 'messages',
      status: 'success',
      input_tokens: 1210,
      output_tokens: 20,
      cached_tokens: 1000,
      usage_details: { cacheWriteTokens: 200 },
      estimated: false,
      bill: '0.0039300000',
    });
  });

  test('gets a stream whole, however its bytes are cut, and it is billed by its last counts', async () => {
    anthropic.next({ events: messageEvents([TEXT, CALL], { stopReason: 'tool_use' }), isTorn: true });
    const stream = client().messages.stream({ model: NATIVE, max_tokens: 100, messages, tools: [WEATHER] });
    const texts: string[] = [];
    stream.on('text', (text) => texts.push(text));
    const message = await stream.finalMessage();
    expect(texts.join('')).toBe(TEXT.text);
    expect(message.content).toMatchObject([TEXT, CALL]);
    expect(message.stop_reason).toBe('tool_use');
    expect(message.usage).toMatchObject({ input_tokens: 10, output_tokens: 20 });
    expect(await world.lastCall()).toMatchObject({
      is_stream: true,
      input_tokens: 1210,
      output_tokens: 20,
      estimated: false,
    });
  });

  test('is told of an error in a stream as an error, and what was delivered is billed', async () => {
    const [start, ...rest] = messageEvents([TEXT]);
    const failure = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    anthropic.next({
      events: [...[start].filter((event) => event !== undefined), ...rest.slice(0, 3), failure],
    });
    const stream = client().messages.stream({ model: NATIVE, max_tokens: 100, messages });
    await expect(stream.finalMessage()).rejects.toMatchObject({
      type: 'overloaded_error',
      message: expect.stringMatching(/Overloaded/) as string,
    });
    expect(await world.lastCall()).toMatchObject({ status: 'failed', input_tokens: 1210, estimated: true });
  });

  test('that leaves ends the call upstream', async () => {
    const events = messageEvents([TEXT]).slice(0, 4);
    anthropic.next({ events, hangs: true });
    const stream = client().messages.stream({ model: NATIVE, max_tokens: 100, messages });
    const ended = expect(stream.finalMessage()).rejects.toThrow(/aborted/);
    await new Promise((resolve) => stream.once('text', resolve));
    stream.abort();
    await ended;
    await expect.poll(() => anthropic.requests[0]?.isAborted, { timeout: 10_000 }).toBe(true);
    // The tokens of what was delivered are counted before the call is entered.
    await expect
      .poll(() => world.lastCall(), { timeout: 5000 })
      .toMatchObject({ error_code: 'client_closed', input_tokens: 1210, estimated: true });
  });

  test('counts tokens there, for nothing', async () => {
    anthropic.next({ json: { input_tokens: 2095 } });
    const { data, response } = await client()
      .messages.countTokens({ model: NATIVE, messages })
      .withResponse();
    expect(data).toEqual({ input_tokens: 2095 });
    expect(response.headers.get('x-aigc-estimate')).toBeNull();
    expect(anthropic.requests[0]).toMatchObject({
      path: '/v1/messages/count_tokens',
      body: { model: 'claude-sonnet-4-5', messages },
    });
    expect(await world.lastCall()).toMatchObject({
      endpoint: 'messages/count_tokens',
      status: 'success',
      input_tokens: 0,
      bill: '0.0000000000',
    });
  });

  test("is told of the upstream's own refusals in its words", async () => {
    const refused = (status: number, type: string, message: string) =>
      anthropic.next({ status, json: { type: 'error', error: { type, message }, request_id: 'req_1' } });
    const ask = () => client().messages.create({ model: NATIVE, max_tokens: 100, messages });
    refused(400, 'invalid_request_error', 'messages.0: too long');
    await expect(ask()).rejects.toMatchObject({
      status: 400,
      type: 'invalid_request_error',
      error: { type: 'error', error: { message: 'messages.0: too long' } },
    });
    refused(401, 'authentication_error', 'invalid x-api-key');
    await expect(ask()).rejects.toMatchObject({ status: 502, type: 'api_error' });
    // Of the platform's own account, callers learn nothing.
    refused(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.');
    const poor = ask();
    await expect(poor).rejects.toMatchObject({ status: 502, type: 'api_error' });
    await expect(poor).rejects.not.toThrow(/credit/);
    refused(529, 'overloaded_error', 'Overloaded');
    await expect(ask()).rejects.toMatchObject({ status: 503, type: 'overloaded_error' });
  });
});

describe("Anthropic's client, with a model behind OpenAI's API", () => {
  test('gets a message, which is billed like any chat', async () => {
    world.upstream.next({ text: TEXT.text, usage: USAGE });
    const message = await client().messages.create({
      model: OTHER,
      max_tokens: 100,
      system: 'Be brief.',
      messages,
      stop_sequences: ['END'],
      top_k: 5,
    } as Anthropic.MessageCreateParamsNonStreaming);
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: OTHER,
      content: [TEXT],
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 20 },
    });
    expect(world.upstream.requests[0]?.body).toEqual({
      model: 'upstream-cloud',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
      ],
      max_tokens: 100,
      stop: ['END'],
      stream: false,
    });
    expect(await world.lastCall()).toMatchObject({
      endpoint: 'messages',
      input_tokens: 10,
      output_tokens: 20,
      bill: '0.0002160000',
    });
  });

  test('gets calls of tools, and its results travel back', async () => {
    world.upstream.next({ toolCalls: [CHAT_CALL], usage: USAGE }, { text: '23 degrees', usage: USAGE });
    const first = await client().messages.create({
      model: OTHER,
      max_tokens: 100,
      messages,
      tools: [WEATHER],
    });
    expect(first.stop_reason).toBe('tool_use');
    const [use] = first.content;
    expect(use).toMatchObject({
      type: 'tool_use',
      id: 'call_1',
      name: 'get_weather',
      input: { city: 'Rome' },
    });
    const result = { type: 'tool_result' as const, tool_use_id: 'call_1', content: '23' };
    await client().messages.create({
      model: OTHER,
      max_tokens: 100,
      tools: [WEATHER],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      messages: [
        ...messages,
        { role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] },
        { role: 'user', content: [result] },
      ],
    });
    expect(world.upstream.requests[1]?.body).toMatchObject({
      tool_choice: 'required',
      parallel_tool_calls: false,
      messages: [
        { role: 'user' },
        { role: 'assistant', content: null, tool_calls: [{ id: 'call_1' }] },
        { role: 'tool', tool_call_id: 'call_1', content: '23' },
      ],
    });
  });

  test.each([
    ['text', { text: TEXT.text }, [TEXT]],
    [
      'calls',
      { toolCalls: [CHAT_CALL, { ...CHAT_CALL, id: 'call_2' }] },
      [
        { ...CALL, id: 'call_1' },
        { ...CALL, id: 'call_2' },
      ],
    ],
  ])('gets a stream of %s in the order that its events must have', async (_name, said, content) => {
    world.upstream.next({ ...said, usage: USAGE, framing: { everyByte: true } });
    const types: string[] = [];
    const stream = client().messages.stream({ model: OTHER, max_tokens: 100, messages, tools: [WEATHER] });
    stream.on('streamEvent', ({ type }) => types.push(type));
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject(content);
    expect(message.usage).toMatchObject({ input_tokens: 10, output_tokens: 20 });
    expect(types[0]).toBe('message_start');
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    expect(await world.lastCall()).toMatchObject({ is_stream: true, input_tokens: 10, output_tokens: 20 });
  });

  test('is told of a stream that breaks off, within the stream', async () => {
    world.upstream.next({ text: 'one two three', fault: { kind: 'reset_mid_stream', afterEvents: 2 } });
    const stream = client().messages.stream({ model: OTHER, max_tokens: 100, messages });
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'api_error' });
  });

  test('sends images, and counts tokens by an estimate that says so', async () => {
    world.upstream.next({ text: 'A cat', usage: USAGE });
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: 'A'.repeat(400_000) };
    const content = [
      { type: 'image' as const, source },
      { type: 'text' as const, text: 'What is it?' },
    ];
    await client().messages.create({ model: OTHER, max_tokens: 100, messages: [{ role: 'user', content }] });
    const sent = world.upstream.requests[0]?.body as { messages: { content: unknown[] }[] };
    expect(sent.messages[0]?.content[0]).toMatchObject({
      type: 'image_url',
      image_url: { url: `data:image/png;base64,${source.data}` },
    });
    const { data, response } = await client()
      .messages.countTokens({ model: OTHER, messages: [{ role: 'user', content }], system: 'Be brief.' })
      .withResponse();
    expect(response.headers.get('x-aigc-estimate')).toBe('true');
    // An image counts as an image, not as the text of its bytes.
    expect(data.input_tokens).toBeGreaterThan(700);
    expect(data.input_tokens).toBeLessThan(1000);
    expect(world.upstream.requests).toHaveLength(1);
  });

  test('is refused what only models behind Anthropic’s API have, by name', async () => {
    const tools = [{ type: 'web_search_20250305' as const, name: 'web_search' as const }];
    const refused = client().messages.create({ model: OTHER, max_tokens: 100, messages, tools });
    await expect(refused).rejects.toMatchObject({ status: 400, type: 'invalid_request_error' });
    await expect(refused).rejects.toThrow(/web_search_20250305/);
    expect(world.upstream.requests).toHaveLength(0);
  });
});

describe("Anthropic's client", () => {
  test.each([
    ['a bearer token', () => ({ authToken: world.key, apiKey: null })],
    ['an API key', () => ({ authToken: null, apiKey: world.key })],
    [
      'a key of ours beside another',
      () => ({ authToken: 'sk-ant-oat01-other', apiKey: null, defaultHeaders: { 'x-api-key': world.key } }),
    ],
  ])('is known by %s', async (_name, options) => {
    world.upstream.next({ text: 'Hi', usage: USAGE });
    const message = await client(options()).messages.create({ model: OTHER, max_tokens: 10, messages });
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hi' }]);
  });

  test.each([
    ['/v1/messages', { model: OTHER, max_tokens: 10, messages }],
    ['/v1/messages/count_tokens', { model: OTHER, messages }],
    ['/v1/messages/batches', { requests: [] }],
  ])('reads every failure at %s in its own envelope', async (path, body) => {
    const wrong = await world.post(path, body, { authorization: 'Bearer sk-aigc-wrong' });
    expect(wrong.status).toBe(401);
    expect(wrong.json).toEqual({
      type: 'error',
      error: { type: 'authentication_error', message: expect.any(String) as string },
      request_id: wrong.headers.get('request-id'),
    });
    const unknown = await world.post(path, { ...body, model: 'no-such-model' });
    expect(unknown).toMatchObject({
      status: 404,
      json: { type: 'error', error: { type: 'not_found_error' } },
    });
  });

  test('reads wrong requests, empty accounts and wrong methods in its own envelope', async () => {
    const poor = await world.createUser();
    const request = { model: OTHER, max_tokens: 10, messages };
    const ask = async (body: unknown, headers = {}) => {
      const { status, json } = await world.post('/v1/messages', body, headers);
      return [status, json.type, json.error?.type];
    };
    expect(await ask('{')).toEqual([400, 'error', 'invalid_request_error']);
    expect(await ask({ ...request, messages: undefined })).toEqual([400, 'error', 'invalid_request_error']);
    expect(await ask({ ...request, max_tokens: undefined })).toEqual([400, 'error', 'invalid_request_error']);
    expect(await ask(request, { authorization: `Bearer ${poor.key}` })).toEqual([
      402,
      'error',
      'billing_error',
    ]);
    const got = await fetch(`${world.origin}/v1/messages`, {
      headers: { 'anthropic-version': '2023-06-01' },
    });
    expect(got.status).toBe(405);
    expect(await got.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });

  test('sees what is left of its limits, with times to wait for', async () => {
    await world.query(
      'update aigcspace.platform_api_key set rpm_limit = 100, tpm_limit = 100000 where id = ?',
      [world.keyId],
    );
    await world.refresh();
    world.upstream.next({ text: 'Hi', usage: USAGE });
    const { response } = await client()
      .messages.create({ model: OTHER, max_tokens: 10, messages })
      .withResponse();
    expect(response.headers.get('anthropic-ratelimit-requests-limit')).toBe('100');
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('99');
    const reset = response.headers.get('anthropic-ratelimit-tokens-reset') ?? '';
    expect(new Date(reset).toISOString()).toBe(reset);
    expect(response.headers.get('x-ratelimit-limit-requests')).toBeNull();
    await world.query(
      'update aigcspace.platform_api_key set rpm_limit = null, tpm_limit = null where id = ?',
      [world.keyId],
    );
    await world.refresh();
  });
});

describe("OpenAI's client, with a model behind Anthropic's API", () => {
  test('gets an answer, its calls of tools and its usage', async () => {
    anthropic.next(wholeMessage([TEXT, CALL], { stopReason: 'tool_use' }));
    const answer = await openai().chat.completions.create({
      model: NATIVE,
      messages: [{ role: 'system', content: 'Be brief.' }, ...messages],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: WEATHER.input_schema } }],
      tool_choice: 'required',
      frequency_penalty: 0.5,
    });
    expect(answer.choices[0]).toMatchObject({
      message: { content: TEXT.text, tool_calls: [{ id: 'toolu_1', function: { name: 'get_weather' } }] },
      finish_reason: 'tool_calls',
    });
    expect(answer.usage).toMatchObject({ prompt_tokens: 1210, completion_tokens: 20 });
    expect(anthropic.requests[0]).toMatchObject({
      path: '/v1/messages',
      headers: { 'x-api-key': 'sk-upstream-cloud-1', 'anthropic-version': '2023-06-01' },
      body: {
        model: 'claude-sonnet-4-5',
        max_tokens: 4096,
        system: [{ type: 'text', text: 'Be brief.' }],
        tool_choice: { type: 'any' },
      },
    });
    expect(await world.lastCall()).toMatchObject({
      endpoint: 'chat/completions',
      input_tokens: 1210,
      cached_tokens: 1000,
      usage_details: { cacheWriteTokens: 200 },
      bill: '0.0039300000',
    });
  });

  test('gets a stream whose bytes are cut anywhere, and its usage if it asks', async () => {
    anthropic.next({ events: messageEvents([TEXT, CALL], { stopReason: 'tool_use' }), isTorn: true });
    const stream = openai().chat.completions.stream({
      model: NATIVE,
      messages,
      stream_options: { include_usage: true },
    });
    const answer = await stream.finalChatCompletion();
    expect(answer.choices[0]?.message).toMatchObject({
      content: TEXT.text,
      tool_calls: [{ function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }],
    });
    expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 1210, completion_tokens: 20 });
    expect(anthropic.requests[0]?.body).toMatchObject({ stream: true });
    expect(anthropic.requests[0]?.body).not.toHaveProperty('stream_options');
  });

  test('is told of an error in the stream as an error', async () => {
    const failure = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    anthropic.next({ events: [...messageEvents([TEXT]).slice(0, 4), failure] });
    const stream = await openai().chat.completions.create({ model: NATIVE, messages, stream: true });
    const read = async () => {
      for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
    };
    await expect(read()).rejects.toThrow(/Overloaded/);
  });
});

test('every bill adds up', () => world.expectBooksRight());

test.each([
  ['a container', { container: 'container_1' }, 'container'],
  ['a container with skills', { container: { id: 'container_1', skills: [] } }, 'container'],
  [
    'a file',
    {
      messages: [
        { role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'file_1' } }] },
      ],
    },
    'messages[0].content[0].source.file_id',
  ],
  [
    'a file for a container',
    { messages: [{ role: 'user', content: [{ type: 'container_upload', file_id: 'file_1' }] }] },
    'messages[0].content[0].file_id',
  ],
])(
  "%s of another's that the upstream keeps is refused by name, and nothing is sent",
  async (_what, extra, param) => {
    const body = { model: NATIVE, max_tokens: 20, messages, ...extra };
    const answer = await world.post('/v1/messages', body);
    expect(answer).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error' } } });
    expect(answer.json.error?.['message']).toContain(`${param} refers to something`);
    expect(anthropic.requests).toHaveLength(0);
  },
);

describe('what is written to the cache for an hour', () => {
  const usage = {
    input_tokens: 10,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
    output_tokens: 20,
  };
  const setPrices = async (assignments: string): Promise<void> => {
    await world.query(`update aigcspace.models set ${assignments} where title = ?`, [NATIVE]);
    await world.refresh();
  };
  beforeAll(() => setPrices('cache_write_price = 3.75, cache_write_hour_price = 6'));
  afterAll(() => setPrices('cache_write_price = null, cache_write_hour_price = null'));

  // (10 x 3 + 200 x 3.75 + 100 x 6 + 20 x 15) / 1,000,000
  const billed = {
    input_tokens: 310,
    usage_details: { cacheWriteTokens: 300, cacheWriteHourTokens: 100 },
    bill: '0.0016800000',
  };

  test('has a price of its own, in a message and in a stream', async () => {
    anthropic.next(wholeMessage([TEXT], { usage }));
    await client().messages.create({ model: NATIVE, max_tokens: 20, messages });
    expect(await world.lastCall()).toMatchObject(billed);
    anthropic.next({ events: messageEvents([TEXT], { usage }) });
    await client().messages.stream({ model: NATIVE, max_tokens: 20, messages }).finalMessage();
    expect(await world.lastCall()).toMatchObject(billed);
  });

  test('has it too where a chat completion was asked for', async () => {
    anthropic.next(wholeMessage([TEXT], { usage }));
    await openai().chat.completions.create({ model: NATIVE, max_tokens: 20, messages });
    expect(await world.lastCall()).toMatchObject(billed);
    await world.expectBooksRight();
  });
});
