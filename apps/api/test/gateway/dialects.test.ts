import { generateKeyPairSync } from 'node:crypto';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';
import { startWireUpstream, type WireUpstream } from '../support/wire-upstream.ts';

let world: GatewayWorld;
let upstream: WireUpstream;
let openai: OpenAI;

const USER = [{ role: 'user', content: 'Hello' }] as const;
const ACCOUNT = {
  type: 'service_account',
  project_id: 'my-project',
  private_key_id: 'key-1',
  client_email: 'gateway@my-project.iam.gserviceaccount.com',
  private_key: generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey,
};

beforeAll(async () => {
  [world, upstream] = await Promise.all([startGatewayWorld(), startWireUpstream()]);
  const { origin } = upstream;
  openai = new OpenAI({ apiKey: world.key, baseURL: `${world.origin}/api/v1`, maxRetries: 0 });
  await world.topUp('100');
  const add = (title: string, options: Omit<Parameters<typeof world.addCloudModel>[0], 'title'>) =>
    world.addCloudModel({ title, ...options });
  await add('gemini', { dialect: 'gemini', baseUrl: `${origin}/v1beta`, upstreamModel: 'gemini-3.1-flash' });
  await add('gemini-vectors', {
    dialect: 'gemini',
    baseUrl: `${origin}/v1beta`,
    upstreamModel: 'gemini-embedding-001',
  });
  await world.query("update aigcspace.models set type = 'embedding' where title = 'gemini-vectors'");
  const vertex = { dialect: 'vertex', baseUrl: `${origin}/v1`, settings: { location: 'europe-west4' } };
  await add('vertex', { ...vertex, upstreamModel: 'gemini-2.5-flash', secret: JSON.stringify(ACCOUNT) });
  await add('vertex-claude', { ...vertex, upstreamModel: 'claude-x@1', secret: JSON.stringify(ACCOUNT) });
  await add('vertex-wrong', {
    ...vertex,
    upstreamModel: 'gemini-2.5-flash',
    secret: JSON.stringify({ ...ACCOUNT, client_email: undefined }),
  });
  await add('azure', {
    dialect: 'azure',
    baseUrl: origin,
    upstreamModel: 'my-deployment',
    settings: { api_version: '2024-10-21' },
  });
  await add('function', {
    dialect: 'custom-function',
    baseUrl: `${origin}/answer`,
    settings: {
      body: '{"question": "{{prompt}}", "limit": {{max_tokens}}}',
      answer_path: 'output.text',
      prompt_tokens_path: 'used.in',
      completion_tokens_path: 'used.out',
      error_path: 'error',
    },
  });
  await world.refresh();
  world.redirect('https://oauth2.googleapis.com/token', `${origin}/token`);
});

afterAll(async () => {
  await world.close();
  await upstream.close();
});

beforeEach(() => {
  upstream.reset();
});

const said = (parts: object[], more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
  modelVersion: 'gemini-3.1-flash',
  responseId: 'resp-1',
});

const chat = (model: string, more: object = {}) => ({ model, messages: [...USER], ...more });

/** Reads a stream of the gateway as text. */
async function streamed(model: string, more: object = {}): Promise<string> {
  const answer = await world.raw('/api/v1/chat/completions', chat(model, { stream: true, ...more }));
  return answer.text();
}

test('a chat with Gemini is answered in OpenAI’s form, and its thoughts are billed as output', async () => {
  upstream.answer(() => ({
    json: {
      ...said([{ text: 'I think. ', thought: true }, { text: 'Hi!' }], { finishReason: 'STOP' }),
      usageMetadata: {
        promptTokenCount: 1000,
        toolUsePromptTokenCount: 500,
        candidatesTokenCount: 200,
        thoughtsTokenCount: 300,
        cachedContentTokenCount: 100,
      },
    },
  }));
  const { choices, usage } = await openai.chat.completions.create({
    model: 'gemini',
    messages: [{ role: 'developer', content: 'Be brief.' }, ...USER],
    max_completion_tokens: 2000,
    reasoning_effort: 'low',
  });
  expect(choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { content: 'Hi!', reasoning_content: 'I think. ' },
  });
  expect(usage).toMatchObject({ prompt_tokens: 1500, completion_tokens: 500, total_tokens: 2000 });
  expect(upstream.last.path).toBe('/v1beta/models/gemini-3.1-flash:generateContent');
  expect(upstream.last.headers['x-goog-api-key']).toBe('sk-upstream-cloud-1');
  expect(upstream.last.headers.authorization).toBeUndefined();
  expect(upstream.last.body).toEqual({
    contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    generationConfig: {
      maxOutputTokens: 2000,
      thinkingConfig: { thinkingLevel: 'low', includeThoughts: true },
    },
  });
  // 1500 × 2.4 and 500 × 9.6, per million.
  expect(await world.lastCall()).toMatchObject({
    input_tokens: 1500,
    output_tokens: 500,
    reasoning_tokens: 300,
    cached_tokens: 100,
    estimated: false,
    bill: '0.0084000000',
  });
});

test('a stream of Gemini’s becomes chunks that end with usage, and the last count is the one that is billed', async () => {
  upstream.answer(() => ({
    events: [
      { ...said([{ text: 'Hel' }]), usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 1 } },
      {
        ...said([{ text: 'lo' }], { finishReason: 'STOP' }),
        usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2 },
      },
    ],
  }));
  const stream = openai.chat.completions.stream({
    ...chat('gemini'),
    messages: [...USER],
    model: 'gemini',
    stream_options: { include_usage: true },
  });
  const completion = await stream.finalChatCompletion();
  expect(completion.choices[0]?.message.content).toBe('Hello');
  expect(completion.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 2 });
  expect(upstream.last.path).toBe('/v1beta/models/gemini-3.1-flash:streamGenerateContent?alt=sse');
  expect(await streamed('gemini')).toMatch(/data: \[DONE\]\n\n$/);
  expect(await world.lastCall()).toMatchObject({ input_tokens: 10, output_tokens: 2, estimated: false });
});

test('a tool call of Gemini’s comes back to it with its signature and its function’s name', async () => {
  const tools = [
    { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } },
  ];
  upstream.answer(() => ({
    events: [
      said([{ functionCall: { name: 'weather', args: { place: 'Oslo' } }, thoughtSignature: 'c2ln' }]),
      { ...said([{ functionCall: { name: 'weather', args: { place: 'Rome' } } }], { finishReason: 'STOP' }) },
    ],
  }));
  const stream = openai.chat.completions.stream({ model: 'gemini', messages: [...USER], tools });
  const { message, finish_reason: reason } = (await stream.finalChatCompletion()).choices[0] ?? {};
  expect(reason).toBe('tool_calls');
  const calls = (message?.tool_calls ?? []).filter((call) => call.type === 'function');
  expect(calls).toHaveLength(2);
  upstream.answer(() => ({ json: said([{ text: 'Cold and warm.' }], { finishReason: 'STOP' }) }));
  await openai.chat.completions.create({
    model: 'gemini',
    tools,
    messages: [
      ...USER,
      {
        role: 'assistant',
        tool_calls: calls.map(({ function: { name, arguments: args }, ...call }) => ({
          ...call,
          function: { name, arguments: args },
        })),
      },
      ...calls.map(({ id }, index) => ({ role: 'tool' as const, tool_call_id: id, content: String(index) })),
    ],
  });
  const [, model, results] = upstream.last.body.contents as { parts: Record<string, unknown>[] }[];
  expect(model?.parts[0]).toMatchObject({ functionCall: { name: 'weather' }, thoughtSignature: 'c2ln' });
  expect(model?.parts[1]).not.toHaveProperty('thoughtSignature');
  expect(results?.parts.map((part) => part.functionResponse)).toEqual([
    { id: calls[0]?.id, name: 'weather', response: { output: '0' } },
    { id: calls[1]?.id, name: 'weather', response: { output: '1' } },
  ]);
});

test('a prompt that Gemini blocks is an answer with status 200, and billed as counted', async () => {
  upstream.answer(() => ({
    json: { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 7 } },
  }));
  const { status, json } = await world.post('/api/v1/chat/completions', chat('gemini'));
  expect(status).toBe(200);
  expect(json).toMatchObject({ choices: [{ finish_reason: 'content_filter' }] });
  expect(await world.lastCall()).toMatchObject({ status: 'success', input_tokens: 7, output_tokens: 0 });
});

test('a bad key of Gemini’s, which answers 400, is the platform’s fault and not the caller’s', async () => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
  const error = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details };
  upstream.answer(() => ({ status: 400, json: { error } }));
  const { status, json } = await world.post('/api/v1/chat/completions', chat('gemini'));
  expect(status).toBe(502);
  expect(json.error).toMatchObject({ code: 'upstream_auth_failed' });
});

test('a stream of Gemini’s that is cut off ends in an error without [DONE]', async () => {
  upstream.answer(() => ({ events: [said([{ text: 'Hel' }])] }));
  const text = await streamed('gemini');
  expect(text).toContain('"content":"Hel"');
  expect(text).toContain('event: error');
  expect(text).not.toContain('[DONE]');
});

test('what Gemini cannot take is named, and what it has no word for is told', async () => {
  upstream.answer(() => ({ json: said([{ text: 'Hi' }], { finishReason: 'STOP' }) }));
  const refused = await world.post(
    '/api/v1/chat/completions',
    chat('gemini', { functions: [{ name: 'a' }] }),
  );
  expect(refused.status).toBe(400);
  expect(refused.json.error).toMatchObject({ param: 'functions' });
  expect(upstream.requests).toEqual([]);
  const told = await world.post('/api/v1/chat/completions', chat('gemini', { user: 'u', seed: 1 }));
  expect(told.headers.get('x-aigc-params')).toMatch(/dropped=.*user/);
});

test('embeddings of Gemini’s are encoded as the client asked', async () => {
  upstream.answer(() => ({ json: { embeddings: [{ values: [0.5, -2] }, { values: [1, 0] }] } }));
  const { data } = await openai.embeddings.create({ model: 'gemini-vectors', input: ['a', 'b'] });
  expect(data.map(({ embedding }) => embedding)).toEqual([
    [0.5, -2],
    [1, 0],
  ]);
  expect(upstream.last.path).toBe('/v1beta/models/gemini-embedding-001:batchEmbedContents');
});

test('Vertex AI is called with one token for many calls, which is replaced when it is refused', async () => {
  let tokens = 0;
  upstream.answer(({ path, headers }) => {
    if (path === '/token') return { json: { access_token: `token-${(tokens += 1)}`, expires_in: 3600 } };
    if (headers.authorization === 'Bearer token-1' && upstream.requests.length > 8) return { status: 401 };
    return { json: said([{ text: 'Hi' }], { finishReason: 'STOP' }) };
  });
  const call = () => world.post('/api/v1/chat/completions', chat('vertex'));
  const first = await Promise.all(Array.from({ length: 5 }, call));
  expect(first.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(tokens).toBe(1);
  expect(upstream.last.path).toBe(
    '/v1/projects/my-project/locations/europe-west4/publishers/google/models/gemini-2.5-flash:generateContent',
  );
  for (let index = 0; index < 4; index += 1) expect((await call()).status).toBe(200);
  expect(tokens).toBe(2);
  expect(upstream.last.headers.authorization).toBe('Bearer token-2');
  expect(upstream.last.headers).not.toHaveProperty('x-goog-api-key');
});

test('Claude on Vertex AI is named in the address alone', async () => {
  upstream.answer(({ path }) =>
    path === '/token'
      ? { json: { access_token: 'token-9', expires_in: 3600 } }
      : {
          json: {
            id: 'msg_1',
            type: 'message',
            role: 'assistant',
            model: 'claude-x',
            content: [{ type: 'text', text: 'Hi' }],
            stop_reason: 'end_turn',
            usage: { input_tokens: 3, output_tokens: 1 },
          },
        },
  );
  const { status, json } = await world.post('/api/v1/chat/completions', chat('vertex-claude'));
  expect(status).toBe(200);
  expect(json).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
  expect(upstream.last.path).toMatch(/\/publishers\/anthropic\/models\/claude-x@1:rawPredict$/);
  expect(upstream.last.body).toMatchObject({ anthropic_version: 'vertex-2023-10-16' });
  expect(upstream.last.body).not.toHaveProperty('model');
  const native = await world.post('/api/v1/messages', {
    model: 'vertex-claude',
    max_tokens: 5,
    messages: [...USER],
  });
  expect(native.status).toBe(200);
  expect(native.json).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'Hi' }] });
  expect(upstream.last.body).not.toHaveProperty('model');
});

test('a service account that cannot be used is named by the member at fault', async () => {
  const { status, json } = await world.post('/api/v1/chat/completions', chat('vertex-wrong'));
  expect(status).toBe(502);
  expect(json.error).toMatchObject({ code: 'upstream_auth_failed' });
  expect(json.error?.message).toContain('client_email');
  expect(upstream.requests).toEqual([]);
});

test('Azure’s chunks are made readable, and its calls are priced by the model that was asked for', async () => {
  const chunk = (choices: object[], more: object = {}) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-4o-2024-11-20',
    choices,
    ...more,
  });
  upstream.answer(() => ({
    events: [
      {
        id: '',
        object: '',
        created: 0,
        model: '',
        choices: [],
        prompt_filter_results: [{ prompt_index: 0 }],
      },
      chunk([{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null }]),
      { id: '', model: '', choices: [{ index: 0, finish_reason: null, content_filter_offsets: {} }] },
      chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
      chunk([], { usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } }),
      'data: [DONE]\n\n',
    ],
  }));
  const text = await streamed('azure');
  const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json = '']) => JSON.parse(json) as object);
  for (const one of chunks) {
    expect(one).toMatchObject({ id: 'chatcmpl-1', choices: [{ delta: expect.any(Object) }] });
  }
  expect(upstream.last.path).toBe(
    '/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21',
  );
  expect(upstream.last.headers['api-key']).toBe('sk-upstream-cloud-1');
  expect(await world.lastCall()).toMatchObject({
    model_name: 'azure',
    input_tokens: 100,
    output_tokens: 10,
    bill: '0.0003360000',
  });
});

test('a prompt that Azure filters is the caller’s 400', async () => {
  const innererror = { code: 'ResponsibleAIPolicyViolation' };
  const error = { message: 'Filtered.', type: null, param: 'prompt', code: 'content_filter', innererror };
  upstream.answer(() => ({ status: 400, json: { error } }));
  const { status, json } = await world.post('/api/v1/chat/completions', chat('azure'));
  expect(status).toBe(400);
  expect(json.error).toMatchObject({ code: 'content_filter', param: 'prompt', message: 'Filtered.' });
  expect(upstream.requests).toHaveLength(1);
});

test('a function of one’s own is asked by its template, and a stream is made of its whole answer', async () => {
  upstream.answer(() => ({ json: { output: { text: 'Four.' }, used: { in: 50, out: 5 } } }));
  const { json } = await world.post(
    '/api/v1/chat/completions',
    chat('function', { messages: [{ role: 'user', content: '2 + 2? "}' }], max_tokens: 9 }),
  );
  expect(json).toMatchObject({ choices: [{ message: { content: 'Four.' } }] });
  expect(upstream.last.body).toEqual({ question: '2 + 2? "}', limit: 9 });
  expect(upstream.last.headers.authorization).toBe('Bearer sk-upstream-cloud-1');
  const text = await streamed('function');
  expect(text).toContain('"content":"Four."');
  expect(text).toMatch(/data: \[DONE\]\n\n$/);
  expect(await world.lastCall()).toMatchObject({ input_tokens: 50, output_tokens: 5, estimated: false });
  upstream.answer(() => ({ json: { error: 'no capacity' } }));
  const failed = await world.post('/api/v1/chat/completions', chat('function'));
  expect(failed.status).toBe(502);
  expect(failed.json.error?.message).toContain('no capacity');
});

test('the books are right after all of this', () => world.expectBooksRight());
