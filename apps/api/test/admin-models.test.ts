import type { ModelTestEvent } from '@aigc/shared/schemas/connection-test';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { labelled } from './support/labelled.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type Client, type TestServer } from './support/test-server.ts';

const KEY = 'sk-provider-canary-0123456789';

let server: TestServer;
let upstream: ScriptedUpstream;
let models: Client['adminModels'];
let providerId: number;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startScriptedUpstream({ credentials: [KEY] });
  models = server.admin.client.adminModels;
  const provider = await server.admin.client.adminProviders.create.mutate({
    name: 'Scripted',
    base_url: upstream.baseUrl,
    api_key: KEY,
  });
  providerId = provider.id;
});
afterEach(() => upstream.reset());
afterAll(async () => {
  await server.close();
  await upstream.close();
});

let count = 0;
const addModel = (input: Partial<Parameters<Client['adminModels']['create']['mutate']>[0]> = {}) => {
  count += 1;
  return models.create.mutate({ title: `model-${count}`, provider_id: providerId, ...input });
};
async function testAs(client: Client, input: Parameters<Client['adminModels']['test']['mutate']>[0]) {
  const all: ModelTestEvent[] = [];
  for await (const event of await client.adminModels.test.mutate(input)) all.push(event);
  const text = all.flatMap((event) => (event.type === 'delta' ? [event.text] : [])).join('');
  return { text, result: all.at(-1) };
}

test('a cloud model is added with decimal prices and shown to everybody, priced or not', async () => {
  const created = await addModel({
    title: 'vendor/Priced-1',
    upstream_model: 'priced-v1',
    type: 'vision',
    capabilities: ['tools'],
    context_length: 8192,
    input_price: '0.0000000001',
    output_price: '12.50',
    is_api_enabled: true,
  });
  expect(created).toMatchObject({
    title: 'vendor/Priced-1',
    provider_name: 'Scripted',
    capabilities: ['chat', 'vision', 'tools'],
    input_price: '0.0000000001',
    output_price: '12.5',
    is_active: false,
  });
  const user = await server.createUser();
  expect(await user.client.models.get.query({ id: created.id })).toMatchObject({
    title: 'vendor/Priced-1',
    provider: { name: 'Scripted', preset: null },
    output_price: '12.5',
    is_api_enabled: true,
    is_local: false,
  });
  const unpriced = await addModel({ is_api_enabled: true });
  expect(await user.client.models.get.query({ id: unpriced.id })).toMatchObject({ input_price: null });
});

test('a model without a price may be enabled, and calls of it are refused until it has one', async () => {
  const { id, title } = await addModel({ is_api_enabled: true });
  const call = () =>
    fetch(`${server.origin}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: title, messages: [{ role: 'user', content: 'hi' }] }),
    });
  const refused = await call();
  expect([refused.status, await refused.json()]).toMatchObject([
    403,
    { error: { code: 'model_not_priced' } },
  ]);
  await models.update.mutate({ id, input_price: '0', output_price: '0' });
  const answered = await call();
  expect(answered.status).toBe(200);
  await answered.text();
});

test('changes stay within what is named; null clears; each is written down with before and after', async () => {
  const { id } = await addModel({
    description: 'Before',
    input_price: '1',
    output_price: '2',
    context_length: 10,
  });
  const changed = await models.update.mutate({ id, input_price: '1.5', context_length: null });
  expect(changed).toMatchObject({
    input_price: '1.5',
    output_price: '2',
    context_length: null,
    description: 'Before',
  });
  const [audit] = await server.container.orm.em
    .fork()
    .execute(
      "select before, after from aigcspace.audit_log where action = 'model.update' and target_id = ?",
      [String(id)],
    );
  expect(audit).toEqual({
    before: { input_price: '1', context_length: 10 },
    after: { input_price: '1.5', context_length: null },
  });
});

test.each(
  labelled([
    [{ input_price: '-1' }, 'input_price'],
    [{ input_price: '1e3' }, 'input_price'],
    [{ input_price: 'NaN' }, 'input_price'],
    [{ input_price: 1.5 }, 'input_price'],
    [{ output_price: '0.00000000001' }, 'output_price'],
    [{ output_price: '123456789012345' }, 'output_price'],
    [{ title: '' }, 'title'],
    [{ title: 'x'.repeat(256) }, 'title'],
    [{ title: 'a\nb' }, 'title'],
    [{ provider_id: 'one' }, 'provider_id'],
    [{ type: 'audio' }, 'type'],
    [{ capabilities: ['flying'] }, 'capabilities.0'],
    [{ context_length: 0 }, 'context_length'],
    [{ max_output_tokens: 1.5 }, 'max_output_tokens'],
    [{ description: 'x'.repeat(1001) }, 'description'],
    [{ description: 'a\0b' }, 'description'],
  ]),
)('%s is refused', async (_, input, param) => {
  const answer = await server.call(
    'adminModels.create',
    { title: 'bad', provider_id: providerId, ...input },
    { cookie: server.admin.cookie },
  );
  expect(answer.error.data).toMatchObject({ httpStatus: 400, appCode: 'invalid_field', param });
});

test('a title is unique among cloud models, and a provider must exist', async () => {
  const { id } = await addModel({ title: 'unique' });
  const conflict = { httpStatus: 409, appCode: 'conflict', param: 'title' };
  expect(await failureOf(addModel({ title: 'unique' }))).toMatchObject(conflict);
  const other = await addModel();
  expect(await failureOf(models.update.mutate({ id: other.id, title: 'unique' }))).toMatchObject(conflict);
  expect((await models.update.mutate({ id, title: 'unique' })).title).toBe('unique');
  expect(await failureOf(addModel({ provider_id: 99_999 }))).toMatchObject({ param: 'provider_id' });
  const race = await Promise.all(
    [1, 2, 3].map(() =>
      server.call(
        'adminModels.create',
        { title: 'race', provider_id: providerId },
        { cookie: server.admin.cookie },
      ),
    ),
  );
  expect(race.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
});

test('active models answer calls without a model, and only those that can', async () => {
  const language = await addModel();
  const vision = await addModel({ type: 'vision' });
  const embedding = await addModel({ type: 'embedding' });
  await models.setActive.mutate({ role: 'language', model_id: language.id });
  await models.setActive.mutate({ role: 'vision', model_id: vision.id });
  const { active, items } = await models.list.query();
  expect(active).toEqual({ language_model_id: language.id, vision_model_id: vision.id });
  expect(new Set(items.filter(({ is_active }) => is_active).map(({ id }) => id))).toEqual(
    new Set([language.id, vision.id]),
  );
  for (const [role, model_id] of [
    ['vision', language.id],
    ['language', embedding.id],
    ['vision', embedding.id],
  ] as const) {
    expect(await failureOf(models.setActive.mutate({ role, model_id }))).toMatchObject({
      appCode: 'invalid_field',
      param: 'model_id',
    });
  }
  expect(await failureOf(models.setActive.mutate({ role: 'language', model_id: 99_999 }))).toMatchObject({
    httpStatus: 404,
    param: 'model_id',
  });
  expect(await failureOf(models.update.mutate({ id: vision.id, type: 'language' }))).toMatchObject({
    param: 'type',
  });
  await models.setActive.mutate({ role: 'language', model_id: null });
  await models.delete.mutate({ id: vision.id });
  expect((await models.list.query()).active).toEqual({ language_model_id: null, vision_model_id: null });
});

test('a local model cannot be made active, changed or deleted as a cloud model', async () => {
  const local = await server.admin.client.localModels.create.mutate({
    name: 'mine',
    base_url: upstream.baseUrl,
  });
  for (const call of [
    () => models.update.mutate({ id: local.id, title: 'x' }),
    () => models.delete.mutate({ id: local.id }),
    () => models.setActive.mutate({ role: 'language', model_id: local.id }),
    () => testAs(server.admin.client, { id: local.id }),
  ]) {
    expect(await failureOf(call())).toMatchObject({ httpStatus: 404, appCode: 'not_found' });
  }
});

test('a language test shows the answer as it streams and what it took, and is kept', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel({ upstream_model: 'up-language' });
  upstream.script('up-language', {
    pieces: ['Hello', ' there'],
    usage: { promptTokens: 7, completionTokens: 3 },
  });
  const { text, result } = await testAs(admin.client, { id, message: 'Say hello' });
  expect(text).toBe('Hello there');
  expect(result).toMatchObject({ type: 'result', ok: true, input_tokens: 7, output_tokens: 3, reason: null });
  const [request] = upstream.requests;
  expect(request).toMatchObject({
    credential: KEY,
    model: 'up-language',
    stream: true,
    body: { messages: [{ role: 'user', content: 'Say hello' }] },
  });
  const { items } = await models.list.query();
  expect(items.find((model) => model.id === id)?.last_test).toMatchObject({ ok: true });
});

test('without a message the question is in the administrator’s language', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel();
  await testAs(admin.client, { id, locale: 'zh-CN' });
  await testAs(admin.client, { id, locale: 'en' });
  const asked = upstream.requests.map(({ bodyText }) => bodyText);
  expect(asked[0]).toContain('请用一句话介绍你自己');
  expect(asked[1]).toContain('Introduce yourself');
});

test('a vision test sends the image turned, resized and as a data URL', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel({ type: 'vision' });
  const image = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: 'red' } })
    .webp()
    .toBuffer();
  const { result } = await testAs(admin.client, {
    id,
    image: `data:image/webp;base64,${image.toString('base64')}`,
  });
  expect(result).toMatchObject({ ok: true });
  const body = upstream.requests[0]?.body as {
    messages: { content: { type: string; image_url?: { url: string } }[] }[];
  };
  const url = body.messages[0]?.content.find(({ type }) => type === 'image_url')?.image_url?.url ?? '';
  expect(url).toMatch(/^data:image\/jpeg;base64,/);
  const sent = await sharp(Buffer.from(url.split(',')[1] ?? '', 'base64')).metadata();
  expect([sent.width, sent.height]).toEqual([2048, 1024]);
});

test('an image that is none, or that the model does not take, is refused beside its field', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const vision = await addModel({ type: 'vision' });
  const language = await addModel();
  const png = `data:image/png;base64,${Buffer.from('no image').toString('base64')}`;
  expect(await failureOf(testAs(admin.client, { id: vision.id, image: png }))).toMatchObject({
    appCode: 'invalid_image',
    param: 'image',
  });
  expect(
    await failureOf(testAs(admin.client, { id: vision.id, image: 'https://example.com/a.png' })),
  ).toMatchObject({
    appCode: 'invalid_field',
    param: 'image',
  });
  expect(await failureOf(testAs(admin.client, { id: language.id, image: png }))).toMatchObject({
    appCode: 'invalid_field',
    param: 'image',
  });
  expect(upstream.requests).toEqual([]);
});

test('an embedding model is tested with a vector', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel({ type: 'embedding' });
  const { text, result } = await testAs(admin.client, { id });
  expect(result).toMatchObject({ ok: true });
  expect(text).toMatch(/^\[-?\d.*\(\d+\)$/);
});

test('a model whose upstream refuses the usage option is asked again without it', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel({ upstream_model: 'picky' });
  upstream.script('picky', { rejects: ['stream_options'], text: 'fine' });
  expect(await testAs(admin.client, { id })).toMatchObject({ text: 'fine', result: { ok: true } });
});

test.each([
  [{ kind: 'error', status: 401, message: `Incorrect API key ${KEY}` }, 'unauthorized'],
  [{ kind: 'error', status: 404 }, 'model_not_found'],
  [{ kind: 'error', status: 429 }, 'rate_limited'],
  [{ kind: 'error', status: 500 }, 'upstream_error'],
  [{ kind: 'reset_before_headers' }, 'reset'],
  [{ kind: 'redirect', location: 'http://169.254.169.254/' }, 'redirect'],
  [{ kind: 'reset_mid_stream', afterEvents: 1 }, 'reset'],
] as const)('%j is told as the reason %s, without credentials', async (fault, reason) => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel({ upstream_model: 'faulty' });
  upstream.script('faulty', { fault });
  const { result } = await testAs(admin.client, { id });
  expect(result).toMatchObject({ type: 'result', ok: false, reason });
  expect(JSON.stringify(result)).not.toContain(KEY);
  const { items } = await models.list.query();
  expect(items.find((model) => model.id === id)?.last_test).toMatchObject({ ok: false, reason });
});

test.each([{ kind: 'html' }, { kind: 'not_json' }] as const)(
  'an upstream that answers a test with %j does not pass it',
  async (fault) => {
    const admin = await server.createUser({ role: 'admin' });
    const { id } = await addModel({ upstream_model: 'faulty' });
    upstream.script('faulty', { fault });
    const { result } = await testAs(admin.client, { id });
    expect(result).toMatchObject({ ok: false, reason: 'not_openai' });
  },
);

test('an administrator who leaves cancels the upstream’s answer', async () => {
  const admin = await server.createUser({ role: 'admin' });
  const { id } = await addModel({ upstream_model: 'endless' });
  upstream.script('endless', { fault: { kind: 'endless', everyMs: 20 } });
  const leave = new AbortController();
  const events = await admin.client.adminModels.test.mutate({ id }, { signal: leave.signal });
  await expect(async () => {
    for await (const event of events) if (event.type === 'delta') leave.abort();
  }).rejects.toThrow();
  await upstream.waitFor({ aborted: 1 });
});
