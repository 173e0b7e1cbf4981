import { providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import type { TestEvent } from '@aigc/shared/schemas/connection-test';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { labelled } from './support/labelled.ts';
import { messageEvents, wholeMessage } from './support/messages-wire.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type Client, type TestServer } from './support/test-server.ts';
import { startWireUpstream } from './support/wire-upstream.ts';

const KEY = 'sk-provider-canary-0123456789wxyz';

let server: TestServer;
let upstream: ScriptedUpstream;
let providers: Client['adminProviders'];
let models: Client['adminModels'];
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startScriptedUpstream({ models: ['up-1'], credentials: [KEY] });
  ({ adminProviders: providers, adminModels: models } = server.admin.client);
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const sealedKey = async (id: number): Promise<string | null> => {
  const rows = await server.container.orm.em
    .fork()
    .execute<{ api_key: string | null }[]>('select api_key from aigcspace.providers where id = ?', [id]);
  return rows[0]?.api_key ?? null;
};
async function eventsOf<T>(events: Promise<AsyncIterable<T>>): Promise<T[]> {
  const all: T[] = [];
  for await (const event of await events) all.push(event);
  return all;
}

test('thirteen presets can be connected with a key alone', async () => {
  const { items } = await providers.presets.query();
  expect(items.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['alibaba', 'baidu', 'tencent', 'bytedance', 'zhipu', 'moonshot', 'deepseek']),
  );
  expect(items).toHaveLength(13);
});

test('a preset is connected with its key sealed, and its models come unpriced and not enabled', async () => {
  const created = await providers.create.mutate({
    name: 'DeepSeek',
    preset: 'deepseek',
    base_url: 'https://api.deepseek.com/v1',
    api_key: KEY,
    models: ['deepseek-chat', 'deepseek-chat', 'deepseek-reasoner'],
  });
  expect(created).toMatchObject({
    preset: 'deepseek',
    dialect: 'openai-compatible',
    has_api_key: true,
    api_key_hint: 'wxyz',
    status: 'enabled',
    is_demo: false,
    model_count: 2,
  });
  const sealed = await sealedKey(created.id);
  expect(sealed).not.toContain(KEY);
  const binding = providerKeyBinding({ id: created.id, baseUrl: created.base_url });
  expect(server.container.secrets.open(sealed ?? '', binding)).toBe(KEY);
  const { items } = await models.list.query();
  expect(items.filter(({ provider_id }) => provider_id === created.id)).toMatchObject([
    {
      title: 'deepseek-chat',
      is_api_enabled: false,
      input_price: null,
      output_price: null,
      context_length: 131_072,
    },
    { title: 'deepseek-reasoner', capabilities: ['chat', 'reasoning'] },
  ]);
});

test.each(
  labelled([
    [{ name: 'DeepSeek' }, 'conflict', 'name', 409],
    [{ models: ['deepseek-chat'], preset: 'deepseek' }, 'conflict', 'models', 409],
    [{ models: ['unknown-model'], preset: 'deepseek' }, 'invalid_field', 'models', 400],
    [{ models: ['deepseek-chat'] }, 'invalid_field', 'models', 400],
    [{ preset: 'nobody' }, 'invalid_field', 'preset', 400],
    [
      { preset: 'openai', base_url: 'https://api.openai.com/v1', api_key: '' },
      'missing_field',
      'api_key',
      400,
    ],
    [{ base_url: 'nowhere' }, 'invalid_field', 'base_url', 400],
    [{ base_url: 'http://192.168.1.7:8000/v1' }, 'address_forbidden', 'base_url', 400],
    [{ api_key: 'ключ' }, 'invalid_field', 'api_key', 400],
    [{ name: '' }, 'invalid_field', 'name', 400],
    [{ name: undefined }, 'missing_field', 'name', 400],
    [{ models: 'deepseek-chat' }, 'invalid_field', 'models', 400],
  ]),
)(
  'creating with %s fails beside its field, and nothing is half-saved',
  async (_, input, appCode, param, httpStatus) => {
    const before = await providers.list.query();
    const answer = await server.call(
      'adminProviders.create',
      { name: 'Another', base_url: 'https://example.com/v1', api_key: KEY, ...input },
      { cookie: server.admin.cookie },
    );
    expect(answer.error.data).toMatchObject({ appCode, param, httpStatus });
    expect(await providers.list.query()).toEqual(before);
  },
);

test('another server needs the key again; a disabled provider hides its models', async () => {
  const { id } = await providers.create.mutate({ name: 'Moving', base_url: upstream.baseUrl, api_key: KEY });
  await models.create.mutate({ title: 'moving-model', provider_id: id });
  expect(await failureOf(providers.update.mutate({ id, base_url: 'https://example.com/v1' }))).toMatchObject({
    appCode: 'invalid_field',
    param: 'api_key',
  });
  expect((await providers.update.mutate({ id, base_url: `${upstream.baseUrl}/x` })).has_api_key).toBe(true);
  const visible = async () => {
    const { items } = await server.admin.client.models.list.query();
    return items.some(({ title }) => title === 'moving-model');
  };
  expect(await visible()).toBe(true);
  await providers.update.mutate({ id, status: 'disabled' });
  expect(await visible()).toBe(false);
  expect((await providers.update.mutate({ id, name: 'Moved', status: 'enabled' })).name).toBe('Moved');
  expect((await providers.update.mutate({ id, api_key: '' })).has_api_key).toBe(false);
  expect(await failureOf(providers.update.mutate({ id, name: 'DeepSeek' }))).toMatchObject({
    appCode: 'conflict',
    param: 'name',
  });
});

test('deleting a provider takes its models and forgets them as active ones, and leaves the log', async () => {
  const { id } = await providers.create.mutate({ name: 'Leaving', base_url: upstream.baseUrl, api_key: KEY });
  const model = await models.create.mutate({ title: 'leaving-model', provider_id: id, type: 'vision' });
  await models.setActive.mutate({ role: 'vision', model_id: model.id });
  expect(await providers.delete.mutate({ id })).toEqual({ ok: true });
  const { items, active } = await models.list.query();
  expect(items.some(({ title }) => title === 'leaving-model')).toBe(false);
  expect(active.vision_model_id).toBeNull();
  expect(await failureOf(providers.delete.mutate({ id }))).toMatchObject({ httpStatus: 404 });
});

test('a saved provider is tested with its key, and a wrong key has its own reason', async () => {
  const { id } = await providers.create.mutate({ name: 'Tested', base_url: upstream.baseUrl, api_key: KEY });
  const good = await eventsOf<TestEvent>(providers.test.mutate({ id, upstream_model: 'up-1' }));
  expect(good.at(-1)).toMatchObject({ type: 'result', ok: true });
  const wrong = await eventsOf<TestEvent>(
    providers.test.mutate({ id, api_key: 'wrong', upstream_model: 'up-1' }),
  );
  expect(wrong.at(-1)).toMatchObject({ type: 'result', ok: false, reason: 'unauthorized' });
  expect(JSON.stringify([good, wrong])).not.toContain(KEY);
});

test('the demo answers its test inside the process, keeps no key, and can be removed', async () => {
  const { items } = await providers.list.query();
  const demo = items.find(({ is_demo }) => is_demo);
  const id = demo?.id ?? 0;
  const events = await eventsOf<TestEvent>(providers.test.mutate({ id }));
  expect(events.at(-1)).toMatchObject({ type: 'result', ok: true });
  expect(await failureOf(providers.update.mutate({ id, api_key: KEY }))).toMatchObject({ param: 'api_key' });
  expect(await failureOf(providers.update.mutate({ id, base_url: upstream.baseUrl }))).toMatchObject({
    param: 'base_url',
  });
  await providers.delete.mutate({ id });
  const { active } = await models.list.query();
  expect(active.language_model_id).toBeNull();
});

test("Anthropic's preset speaks Anthropic's own protocol, in the tests of provider and model too", async () => {
  const anthropic = await startWireUpstream();
  try {
    const created = await providers.create.mutate({
      name: 'Anthropic',
      preset: 'anthropic',
      base_url: anthropic.baseUrl,
      api_key: KEY,
      models: ['claude-sonnet-4-5'],
    });
    expect(created.dialect).toBe('anthropic');
    const said = { type: 'text', text: 'OK' };
    const list = { json: { data: [{ type: 'model', id: 'claude-sonnet-4-5' }], has_more: false } };
    anthropic.next(wholeMessage([said]), { events: messageEvents([said]) }, list);
    const tested = await eventsOf<TestEvent>(
      providers.test.mutate({ id: created.id, upstream_model: 'claude-sonnet-4-5' }),
    );
    expect(tested.at(-1)).toMatchObject({ type: 'result', ok: true });
    expect(anthropic.requests.map(({ path }) => path)).toEqual([
      '/v1/messages',
      '/v1/messages',
      '/v1/models',
    ]);
    expect(anthropic.requests[0]?.headers).toMatchObject({ 'x-api-key': KEY });
    const { items } = await models.list.query();
    const model = items.find(({ provider_id }) => provider_id === created.id);
    anthropic.next({ events: messageEvents([said]) });
    const answered = await eventsOf(models.test.mutate({ id: model?.id ?? 0 }));
    expect(answered.at(-1)).toMatchObject({
      type: 'result',
      ok: true,
      input_tokens: 1210,
      output_tokens: 20,
    });
  } finally {
    await anthropic.close();
  }
});

const SETTINGS = { location: 'EU west', project: '' };

test('what a protocol asks for is told, checked by the field, and kept', async () => {
  const { items } = await providers.dialects.query();
  expect(items.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      'openai-compatible',
      'anthropic',
      'gemini',
      'vertex',
      'azure',
      'custom-function',
    ]),
  );
  const base = { name: 'Vertex', dialect: 'vertex', base_url: 'https://aiplatform.googleapis.com/v1' };
  expect(await failureOf(providers.create.mutate({ ...base, settings: SETTINGS }))).toMatchObject({
    param: 'settings.location',
  });
  expect(await failureOf(providers.create.mutate(base))).toMatchObject({
    param: 'api_key',
  });
  const wrong = JSON.stringify({ type: 'authorized_user' });
  const refused = await failureOf(providers.create.mutate({ ...base, api_key: wrong }));
  expect(refused).toMatchObject({ param: 'api_key' });
  expect(refused.message).toContain('service_account');
  expect(await failureOf(providers.create.mutate({ ...base, dialect: 'none' }))).toMatchObject({
    param: 'dialect',
  });
  const azure = await providers.create.mutate({
    name: 'Azure',
    dialect: 'azure',
    base_url: 'https://my-resource.openai.azure.com',
    api_key: KEY,
  });
  expect(azure).toMatchObject({ dialect: 'azure', settings: { credential: 'key' }, api_key_hint: 'wxyz' });
  const settings = { api_version: '2024-10-21', credential: 'entra' };
  expect(await providers.update.mutate({ id: azure.id, settings })).toMatchObject({ settings });
  expect(await providers.update.mutate({ id: azure.id, name: 'Azure EU' })).toMatchObject({ settings });
});

test('a faulty template is refused by its field, and a function is tested through its template', async () => {
  const wire = await startWireUpstream();
  try {
    const form = { dialect: 'custom-function', base_url: `${wire.origin}/answer`, upstream_model: 'f' };
    const tested = (settings: Record<string, unknown>) =>
      eventsOf<TestEvent>(providers.test.mutate({ ...form, settings }));
    const faulty = { name: 'F', dialect: form.dialect, base_url: form.base_url, settings: { body: '{' } };
    expect(await failureOf(providers.create.mutate(faulty))).toMatchObject({ param: 'settings.body' });
    wire.answer(() => ({ json: { text: 'OK' } }));
    const events = await tested({ body: '{"q": "{{prompt}}"}', answer_path: 'text' });
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: true, streaming: false, usage: false });
    expect(wire.requests[0]?.body).toEqual({ q: 'Reply with the word OK.' });
    const elsewhere = await tested({ body: '{"q": "{{prompt}}"}', answer_path: 'output' });
    expect(elsewhere.at(-1)).toMatchObject({ ok: false, reason: 'upstream_error' });
  } finally {
    await wire.close();
  }
});

test('Google’s preset speaks Google’s own protocol, and its models are listed', async () => {
  const wire = await startWireUpstream();
  try {
    wire.answer(({ path }) => {
      if (path.includes('/models?')) return { json: { models: [{ name: 'models/gemini-2.5-flash' }] } };
      const answer = {
        candidates: [{ content: { parts: [{ text: 'OK' }] }, finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 1 },
      };
      return path.includes('alt=sse') ? { events: [answer] } : { json: answer };
    });
    const events = await eventsOf<TestEvent>(
      providers.test.mutate({ preset: 'google', base_url: `${wire.origin}/v1beta`, api_key: KEY }),
    );
    expect(events.at(-1)).toMatchObject({
      ok: true,
      streaming: true,
      usage: true,
      models: ['gemini-2.5-flash'],
    });
    expect(wire.requests.every(({ headers }) => headers['x-goog-api-key'] === KEY)).toBe(true);
    const error = {
      code: 400,
      message: 'API key not valid.',
      details: [{ '@type': 'x.ErrorInfo', reason: 'API_KEY_INVALID' }],
    };
    wire.answer(() => ({ status: 400, json: { error } }));
    const refused = await eventsOf<TestEvent>(
      providers.test.mutate({ preset: 'google', base_url: `${wire.origin}/v1beta`, api_key: KEY }),
    );
    expect(refused.at(-1)).toMatchObject({ ok: false, reason: 'unauthorized' });
  } finally {
    await wire.close();
  }
});
