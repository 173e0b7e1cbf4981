import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from '../support/scripted-upstream/scripted-upstream.ts';

let world: GatewayWorld;
let native: ScriptedUpstream;
let client: OpenAI;
beforeAll(async () => {
  world = await startGatewayWorld();
  native = await startScriptedUpstream();
  await world.topUp('10');
  await world.addCloudModel({ title: 'native', baseUrl: native.baseUrl });
  await world.query('update aigcspace.providers set settings = \'{"responses":true}\' where base_url = ?', [
    native.baseUrl,
  ]);
  await world.refresh();
  client = new OpenAI({ baseURL: `${world.origin}/v1`, apiKey: world.key, maxRetries: 0 });
});
afterEach(() => {
  world.upstream.reset();
  native.reset();
});
afterAll(async () => {
  await world.close();
  await native.close();
});

const CALL = { id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' };
const WEATHER = {
  type: 'function',
  name: 'weather',
  description: 'Weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    additionalProperties: false,
    required: ['city'],
  },
  strict: true,
} as const;

test('a response is carried over chat, metered, billed and logged', async () => {
  world.upstream.next({ text: 'Hello', usage: { promptTokens: 10, completionTokens: 4 } });
  const response = await client.responses.create({
    model: 'cloud',
    instructions: 'Be brief.',
    input: 'Hi',
    max_output_tokens: 99,
    metadata: { ticket: '7' },
  });
  expect(response).toMatchObject({
    status: 'completed',
    output_text: 'Hello',
    metadata: { ticket: '7' },
    model: 'cloud',
  });
  expect(response.usage).toMatchObject({ input_tokens: 10, output_tokens: 4, total_tokens: 14 });
  expect(world.upstream.requests[0]).toMatchObject({
    path: '/v1/chat/completions',
    body: {
      model: 'upstream-cloud',
      max_tokens: 99,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
    },
  });
  expect(await world.lastCall()).toMatchObject({
    endpoint: 'responses',
    input_tokens: 10,
    output_tokens: 4,
    bill: '0.0000624000',
  });
});

test("a stream carried over chat satisfies openai-node's helper, and tells its usage last", async () => {
  world.upstream.next({
    reasoning: 'Let me see.',
    pieces: ['Hel', 'lo'],
    usage: { promptTokens: 10, completionTokens: 4, reasoningTokens: 2 },
  });
  const stream = client.responses.stream({ model: 'cloud', input: 'Hi' });
  const types: string[] = [];
  stream.on('event', ({ type }) => types.push(type));
  const response = await stream.finalResponse();
  expect(response.output_text).toBe('Hello');
  expect(response.usage).toMatchObject({ input_tokens: 10, output_tokens_details: { reasoning_tokens: 2 } });
  expect(types[0]).toBe('response.created');
  expect(types.at(-1)).toBe('response.completed');
  expect(await world.lastCall()).toMatchObject({ endpoint: 'responses', is_stream: true, output_tokens: 4 });
});

test('tools are called in a stream, and their outputs go back with the next turn', async () => {
  world.upstream.next({ toolCalls: [CALL] }, { text: 'It rains.' });
  const first = await client.responses
    .stream({ model: 'cloud', input: 'Weather in Oslo?', tools: [WEATHER] })
    .finalResponse();
  const call = first.output.find(({ type }) => type === 'function_call');
  expect(call).toMatchObject({ call_id: 'call_1', name: 'weather', arguments: CALL.arguments });
  const second = await client.responses.create({
    model: 'cloud',
    input: [
      { role: 'user', content: 'Weather in Oslo?' },
      ...(first.output as OpenAI.Responses.ResponseInputItem[]),
      { type: 'function_call_output', call_id: 'call_1', output: 'rain' },
    ],
    tools: [WEATHER],
  });
  expect(second.output_text).toBe('It rains.');
  expect(world.upstream.requests[1]?.body).toMatchObject({
    messages: [
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'weather' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    ],
  });
});

test('an upstream that dies mid-stream ends the stream with response.failed', async () => {
  world.upstream.next({ pieces: ['a', 'b', 'c'], fault: { kind: 'reset_mid_stream', afterEvents: 2 } });
  const answer = await world.raw('/v1/responses', { model: 'cloud', input: 'Hi', stream: true });
  const text = await answer.text();
  expect(text).toMatch(/event: response\.failed\ndata: \{"type":"response\.failed",[^\n]*\n\n$/);
  expect(text).not.toContain('[DONE]');
  expect(await world.lastCall()).toMatchObject({ status: 'failed', http_status: 200 });
});

test.each([
  ['no input', { model: 'cloud' }, 'missing_field', 'input'],
  ['an empty input', { model: 'cloud', input: [] }, 'invalid_field', 'input'],
  [
    'a hosted tool',
    { model: 'cloud', input: 'a', tools: [{ type: 'web_search' }] },
    'invalid_field',
    'tools[0].type',
  ],
  [
    'an earlier response',
    { model: 'cloud', input: 'a', previous_response_id: 'r' },
    'invalid_field',
    'previous_response_id',
  ],
  ['background work', { model: 'native', input: 'a', background: true }, 'invalid_field', 'background'],
  [
    "another's response where the upstream knows it",
    { model: 'native', input: 'a', previous_response_id: 'r' },
    'invalid_field',
    'previous_response_id',
  ],
  [
    "another's item where the upstream knows it",
    { model: 'native', input: [{ type: 'item_reference', id: 'msg_1' }] },
    'invalid_field',
    'input[0]',
  ],
])('%s is refused by name, and nothing is sent', async (_name, body, code, param) => {
  expect(await world.post('/v1/responses', body)).toMatchObject({
    status: 400,
    json: { error: { code, param } },
  });
  expect(world.upstream.requests).toHaveLength(0);
  expect(native.requests).toHaveLength(0);
});

const NATIVE = {
  id: 'resp_up',
  object: 'response',
  status: 'completed',
  output: [
    {
      type: 'message',
      id: 'msg_up',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Yes', annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 20,
    input_tokens_details: { cached_tokens: 8 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: 25,
  },
};
const json = (value: unknown) => ({
  fault: { kind: 'raw', contentType: 'application/json', body: JSON.stringify(value) } as const,
});

test.each<[string, object, string]>([
  ['container', { tools: [{ type: 'code_interpreter', container: 'cntr_1' }] }, 'tools[0].container'],
  [
    'files in a container',
    { tools: [{ type: 'code_interpreter', container: { type: 'auto', file_ids: ['file_1'] } }] },
    'tools[0].container.file_ids',
  ],
  [
    'store of files',
    { tools: [{ type: 'file_search', vector_store_ids: ['vs_1'] }] },
    'tools[0].vector_store_ids',
  ],
  [
    'container of an earlier turn',
    { input: [{ type: 'code_interpreter_call', id: 'ci_1', container_id: 'cntr_1', code: '1' }] },
    'input[0].container_id',
  ],
  [
    'file',
    { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] },
    'input[0].content[0].file_id',
  ],
])(
  "another's %s where the upstream knows it is refused by name, and nothing is sent",
  async (_what, body, param) => {
    expect(await world.post('/v1/responses', { model: 'native', input: 'a', ...body })).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_field', param } },
    });
    expect(native.requests).toHaveLength(0);
  },
);

test("what only looks like an id of the upstream's passes: properties of one's own tools and their arguments", async () => {
  native.next(json(NATIVE));
  const parameters = { type: 'object', properties: { file_id: { type: 'string' } } };
  const answer = await world.post('/v1/responses', {
    model: 'native',
    input: [
      { role: 'user', content: 'Read it' },
      { type: 'function_call', call_id: 'c', name: 'read', arguments: '{"file_id":"a"}' },
      { type: 'function_call_output', call_id: 'c', output: '{"file_id":"a"}' },
    ],
    tools: [
      { type: 'function', name: 'read', parameters },
      { type: 'code_interpreter', container: { type: 'auto' } },
    ],
  });
  expect(answer.status).toBe(200);
});

test('an upstream that serves responses gets the request as it is, and its answer passes byte for byte', async () => {
  native.next(json(NATIVE));
  const body = '{"model":"native", "input":"Hi","tools":[{"type":"web_search"}],"new_field":{"a":1.0}}';
  const answer = await world.raw('/v1/responses', body);
  expect(await answer.text()).toBe(JSON.stringify(NATIVE));
  expect(native.requests[0]).toMatchObject({
    path: '/v1/responses',
    bodyText: body.replace('"native"', '"upstream-native"'),
  });
  expect(await world.lastCall()).toMatchObject({
    input_tokens: 20,
    output_tokens: 5,
    cached_tokens: 8,
    reasoning_tokens: 1,
  });
});

const event = (type: string, sequence: number, members: object) =>
  `event: ${type}\nid: 1\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...members })}\n\n`;
const RUNNING = { ...NATIVE, status: 'in_progress', output: [], usage: null };
const DELTA = { item_id: 'msg_up', output_index: 0, content_index: 0, delta: 'Yes', logprobs: [] };

test('a native stream passes, metered by its last event, without [DONE]', async () => {
  const begun =
    event('response.created', 0, { response: RUNNING }) + event('response.output_text.delta', 1, DELTA);
  const ended = event('response.completed', 2, { response: NATIVE });
  native.next({ fault: { kind: 'raw', contentType: 'text/event-stream', body: begun + ended } });
  const answer = await world.raw('/v1/responses', { model: 'native', input: 'Hi', stream: true });
  expect(await answer.text()).toBe((begun + ended).replaceAll('id: 1\n', ''));
  expect(native.requests[0]?.bodyText).not.toContain('stream_options');
  expect(await world.lastCall()).toMatchObject({ status: 'success', input_tokens: 20, output_tokens: 5 });
});

test('a native stream that breaks off ends with response.failed, numbered on', async () => {
  const begun =
    event('response.created', 0, { response: RUNNING }) + event('response.output_text.delta', 1, DELTA);
  native.next({ fault: { kind: 'raw', contentType: 'text/event-stream', body: begun } });
  const answer = await world.raw('/v1/responses', { model: 'native', input: 'Hi', stream: true });
  const last = (await answer.text()).trim().split('\n\n').at(-1) ?? '';
  expect(last).toMatch(/^event: response\.failed\n/);
  expect(JSON.parse(last.slice(last.indexOf('{')))).toMatchObject({
    type: 'response.failed',
    sequence_number: 2,
    response: { id: 'resp_up', status: 'failed', error: { code: 'upstream_bad_response' } },
  });
  expect(await world.lastCall()).toMatchObject({ status: 'failed', estimated: true });
});

test("an upstream's own failure event passes, and the call is logged as failed", async () => {
  const failed = { ...RUNNING, status: 'failed', error: { code: 'server_error', message: 'It broke.' } };
  const body =
    event('response.created', 0, { response: RUNNING }) + event('response.failed', 1, { response: failed });
  native.next({ fault: { kind: 'raw', contentType: 'text/event-stream', body } });
  const answer = await world.raw('/v1/responses', { model: 'native', input: 'Hi', stream: true });
  expect(await answer.text()).toContain('"message":"It broke."');
  expect(await world.lastCall()).toMatchObject({
    status: 'failed',
    error_message: expect.stringContaining('It broke.'),
  });
});

const LEGACY = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' };
const text = (piece: string, finishReason: string | null) => ({
  ...LEGACY,
  choices: [{ index: 0, text: piece, logprobs: null, finish_reason: finishReason }],
});

test('a legacy completion passes to an upstream that has them, with its fields and its stream', async () => {
  const usage = { prompt_tokens: 6, completion_tokens: 2, total_tokens: 8 };
  const chunks = [text('Hel', null), text('lo', 'stop'), { ...LEGACY, choices: [], usage }];
  const body = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
  world.upstream.next({
    fault: { kind: 'raw', contentType: 'text/event-stream', body: `${body}data: [DONE]\n\n` },
  });
  const stream = await client.completions.create({
    model: 'cloud',
    prompt: [[1, 2], [3]],
    suffix: '!',
    best_of: 2,
    max_tokens: 5,
    stream: true,
  });
  let said = '';
  for await (const chunk of stream) said += chunk.choices[0]?.text ?? '';
  expect(said).toBe('Hello');
  expect(world.upstream.requests[0]).toMatchObject({
    path: '/v1/completions',
    body: {
      model: 'upstream-cloud',
      prompt: [[1, 2], [3]],
      suffix: '!',
      best_of: 2,
      stream_options: { include_usage: true },
    },
  });
  expect(await world.lastCall()).toMatchObject({
    endpoint: 'completions',
    input_tokens: 6,
    output_tokens: 2,
  });
});

test.each([
  ['no prompt', { model: 'cloud' }, 'missing_field', 'prompt'],
  ['a mixed prompt', { model: 'cloud', prompt: ['a', {}] }, 'invalid_field', 'prompt'],
  ['too many attempts', { model: 'cloud', prompt: 'a', best_of: 1000 }, 'invalid_field', 'best_of'],
])('a legacy completion with %s is refused by name', async (_name, body, code, param) => {
  expect(await world.post('/v1/completions', body)).toMatchObject({
    status: 400,
    json: { error: { code, param } },
  });
});

test.each([
  ['GET', '/v1/responses/resp_1'],
  ['DELETE', '/v1/responses/resp_1'],
  ['POST', '/v1/responses/resp_1/cancel'],
  ['GET', '/api/v1/responses/resp_1/input_items'],
  ['GET', '/v1/files/file_1/content'],
  ['POST', '/v1/batches/batch_1/cancel'],
  ['POST', '/v1/images/variations'],
])('%s %s is a 404 in JSON that says why', async (method, path) => {
  const answer = await fetch(`${world.origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${world.key}` },
  });
  expect(answer.status).toBe(404);
  const { error } = (await answer.json()) as { error: Record<string, unknown> };
  expect(error).toMatchObject({ code: 'not_found', message: expect.stringMatching(/here/) });
});

test('responses cannot be listed, and the answer says what can be done', async () => {
  const answer = await fetch(`${world.origin}/v1/responses`, {
    headers: { authorization: `Bearer ${world.key}` },
  });
  expect(answer.status).toBe(405);
});

test('the books are right', () => world.expectBooksRight());
