import { localKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import type { TestEvent } from '@aigc/shared/schemas/connection-test';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { labelled } from './support/labelled.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

const KEY = 'sk-local-canary-0123456789';

let server: TestServer;
let upstream: ScriptedUpstream;
let user: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  upstream = await startScriptedUpstream({ models: ['llama-3'] });
});
// Tests of connections are counted per user, so every test has its own.
beforeAll(async () => {
  user = await server.createUser();
});
afterEach(() => upstream.reset());
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const storedModel = async (id: number) => {
  const rows = await server.container.orm.em
    .fork()
    .execute<{ local_api_key: string | null; base_url: string }[]>(
      'select local_api_key, base_url from aigcspace.models where id = ?',
      [id],
    );
  return rows[0];
};
const countModels = async () => {
  const rows = await server.container.orm.em
    .fork()
    .execute<{ count: number }[]>('select count(*)::int as count from aigcspace.models where is_local');
  return rows[0]?.count;
};

async function eventsOf(events: Promise<AsyncIterable<TestEvent>>): Promise<TestEvent[]> {
  const all: TestEvent[] = [];
  for await (const event of await events) all.push(event);
  return all;
}

test('a local model is added, listed, and its key is kept sealed', async () => {
  const created = await user.client.localModels.create.mutate({
    name: 'My Llama/8B',
    base_url: ` ${upstream.baseUrl}/ `,
    api_key: KEY,
    upstream_model: 'llama-3',
    last_test: { ok: true, latency_ms: 12, reason: null },
  });
  expect(created).toMatchObject({
    name: 'My Llama/8B',
    base_url: `${upstream.baseUrl}/`,
    resolved_url: `${upstream.baseUrl}/chat/completions`,
    upstream_model: 'llama-3',
    type: 'language',
    has_api_key: true,
    is_api_enabled: true,
    last_test: { ok: true, latency_ms: 12 },
  });
  expect((await user.client.localModels.list.query()).items).toEqual([created]);
  const row = await storedModel(created.id);
  expect(row?.local_api_key).not.toContain(KEY);
  const binding = { id: created.id, userId: user.id, baseUrl: upstream.baseUrl };
  expect(server.container.secrets.open(row?.local_api_key ?? '', localKeyBinding(binding))).toBe(KEY);
});

test('the plaza shows a local model to its owner alone', async () => {
  const { id } = await user.client.localModels.create.mutate({ name: 'private', base_url: upstream.baseUrl });
  expect(await user.client.models.get.query({ id })).toMatchObject({
    title: 'private',
    is_local: true,
    provider: { name: new URL(upstream.baseUrl).host, preset: null },
    input_price: null,
    health: 'unknown',
  });
  const { items } = await server.admin.client.models.list.query();
  expect(items.filter(({ is_local }) => is_local)).toEqual([]);
  expect(await failureOf(server.admin.client.models.get.query({ id }))).toMatchObject({
    appCode: 'not_found',
  });
});

test('another path keeps the key; another server needs it again, and without it nothing changes', async () => {
  const { id } = await user.client.localModels.create.mutate({
    name: 'moving',
    base_url: upstream.baseUrl,
    api_key: KEY,
    last_test: { ok: true, latency_ms: 1, reason: null },
  });
  const moved = await user.client.localModels.update.mutate({ id, base_url: `${upstream.origin}/v2` });
  expect(moved).toMatchObject({ has_api_key: true, last_test: null });
  const elsewhere = 'http://localhost:9/v1';
  expect(
    await failureOf(user.client.localModels.update.mutate({ id, name: 'renamed', base_url: elsewhere })),
  ).toMatchObject({ httpStatus: 400, appCode: 'invalid_field', param: 'api_key' });
  expect((await user.client.localModels.list.query()).items.find((model) => model.id === id)).toEqual(moved);
  const rekeyed = await user.client.localModels.update.mutate({
    id,
    base_url: elsewhere,
    api_key: 'another-key',
  });
  expect(rekeyed).toMatchObject({ base_url: elsewhere, has_api_key: true });
  const { local_api_key: sealed = '' } = (await storedModel(id)) ?? {};
  const open = (baseUrl: string) =>
    server.container.secrets.open(sealed ?? '', localKeyBinding({ id, userId: user.id, baseUrl }));
  expect(open(elsewhere)).toBe('another-key');
  expect(() => open(upstream.baseUrl)).toThrow();
  expect((await user.client.localModels.update.mutate({ id, api_key: '' })).has_api_key).toBe(false);
});

test('a keyless model moves freely', async () => {
  const { id } = await user.client.localModels.create.mutate({ name: 'keyless', base_url: upstream.baseUrl });
  const moved = await user.client.localModels.update.mutate({ id, base_url: 'http://localhost:9/v1' });
  expect(moved.base_url).toBe('http://localhost:9/v1');
});

test('what the form says of type, upstream id and API use is kept, and null clears', async () => {
  const { id } = await user.client.localModels.create.mutate({ name: 'typed', base_url: upstream.baseUrl });
  expect(
    await user.client.localModels.update.mutate({
      id,
      type: 'embedding',
      upstream_model: 'e5',
      is_api_enabled: false,
    }),
  ).toMatchObject({
    type: 'embedding',
    upstream_model: 'e5',
    is_api_enabled: false,
    resolved_url: `${upstream.baseUrl}/embeddings`,
  });
  expect((await user.client.models.get.query({ id })).capabilities).toEqual(['embedding']);
  expect(
    (await user.client.localModels.update.mutate({ id, upstream_model: null })).upstream_model,
  ).toBeNull();
});

test.each(
  labelled([
    [{ base_url: '' }, 'base_url', 'invalid_field'],
    [{}, 'base_url', 'missing_field'],
    [{ base_url: 'localhost:8080' }, 'base_url', 'invalid_field'],
    [{ base_url: 'ftp://example.com' }, 'base_url', 'invalid_field'],
    [{ base_url: 'http://user:secret@example.com/v1' }, 'base_url', 'invalid_field'],
    [{ base_url: 'http://exa mple.com/v1' }, 'base_url', 'invalid_field'],
    [{ base_url: `http://example.com/${'a'.repeat(500)}` }, 'base_url', 'invalid_field'],
    [{ base_url: 'http://10.0.0.5/v1' }, 'base_url', 'address_forbidden'],
    [{ base_url: 'http://169.254.169.254/latest' }, 'base_url', 'address_forbidden'],
    [{ base_url: 'http://[::ffff:10.0.0.5]/v1' }, 'base_url', 'address_forbidden'],
    [{ base_url: 'http://0x0a000005/v1' }, 'base_url', 'address_forbidden'],
    [{ base_url: 'http://example.com/v1', api_key: 'two words' }, 'api_key', 'invalid_field'],
    [{ base_url: 'http://example.com/v1', api_key: 7 }, 'api_key', 'invalid_field'],
    [{ base_url: 'http://example.com/v1', name: '' }, 'name', 'invalid_field'],
    [{ base_url: 'http://example.com/v1', name: 'x'.repeat(256) }, 'name', 'invalid_field'],
    [{ base_url: 'http://example.com/v1', type: 'robot' }, 'type', 'invalid_field'],
  ]),
)('%s is refused, and nothing is saved', async (_, input, param, appCode) => {
  const before = await countModels();
  const answer = await server.call('localModels.create', { name: 'bad', ...input }, { cookie: user.cookie });
  expect(answer.error.data).toMatchObject({ httpStatus: 400, appCode, param });
  expect(await countModels()).toBe(before);
});

test('a refused address names the entry that would allow it only to administrators', async () => {
  const input = { name: 'bad', base_url: 'http://10.0.0.5:8080/v1' };
  const forUser = await failureOf(user.client.localModels.create.mutate(input));
  expect(forUser.message).not.toContain('10.0.0.5');
  const forAdmin = await failureOf(server.admin.client.localModels.create.mutate(input));
  expect(forAdmin.message).toContain('10.0.0.5:8080');
});

test('titles are unique per owner and apart from cloud titles, and another owner may have the same', async () => {
  const base_url = upstream.baseUrl;
  await user.client.localModels.create.mutate({ name: 'taken', base_url });
  const conflict = { httpStatus: 409, appCode: 'conflict', param: 'name' };
  expect(await failureOf(user.client.localModels.create.mutate({ name: 'taken', base_url }))).toMatchObject(
    conflict,
  );
  expect(
    await failureOf(user.client.localModels.create.mutate({ name: 'demo-chat', base_url })),
  ).toMatchObject(conflict);
  const other = await user.client.localModels.create.mutate({ name: 'free', base_url });
  expect(
    await failureOf(user.client.localModels.update.mutate({ id: other.id, name: 'taken' })),
  ).toMatchObject(conflict);
  expect((await user.client.localModels.update.mutate({ id: other.id, name: 'free' })).name).toBe('free');
  const stranger = await server.createUser();
  expect((await stranger.client.localModels.create.mutate({ name: 'taken', base_url })).name).toBe('taken');
});

test('of two models with one title that are added at the same moment one is refused beside its field', async () => {
  const owner = await server.createUser();
  const answers = await Promise.all(
    [1, 2, 3].map(() =>
      server.call(
        'localModels.create',
        { name: 'race', base_url: upstream.baseUrl },
        { cookie: owner.cookie },
      ),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { error } of answers.filter(({ status }) => status !== 200)) {
    expect(error.data).toMatchObject({ appCode: 'conflict', param: 'name' });
  }
});

test('a cloud model that takes the title later is no conflict: the owner’s own answers for them', async () => {
  const { id } = await user.client.localModels.create.mutate({ name: 'later', base_url: upstream.baseUrl });
  const { items } = await server.admin.client.adminProviders.list.query();
  const cloud = await server.admin.client.adminModels.create.mutate({
    title: 'later',
    provider_id: items[0]?.id ?? 0,
    input_price: '0',
    output_price: '0',
    is_api_enabled: true,
  });
  expect((await user.client.localModels.update.mutate({ id, name: 'later' })).name).toBe('later');
  const { api_key: key } = await user.client.keys.create.mutate({ name: 'caller' });
  const answer = await fetch(`${server.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'later', messages: [{ role: 'user', content: 'hi' }] }),
  });
  expect(answer.status).toBe(200);
  await answer.text();
  expect(upstream.requests).toHaveLength(1);
  await server.admin.client.adminModels.delete.mutate({ id: cloud.id });
});

test('a deleted model is gone', async () => {
  const { id } = await user.client.localModels.create.mutate({ name: 'gone', base_url: upstream.baseUrl });
  await user.client.localModels.delete.mutate({ id });
  expect(await storedModel(id)).toBeUndefined();
  expect(await failureOf(user.client.localModels.delete.mutate({ id }))).toMatchObject({ httpStatus: 404 });
});

test('a connection test of a form tells its steps and calls the upstream with the form’s key', async () => {
  const owner = await server.createUser();
  const events = await eventsOf(
    owner.client.localModels.test.mutate({
      base_url: upstream.baseUrl,
      api_key: KEY,
      upstream_model: 'llama-3',
    }),
  );
  const passed = events.flatMap((event) =>
    event.type === 'step' && event.state === 'passed' ? [event.step] : [],
  );
  expect(passed).toEqual(
    expect.arrayContaining(['resolve', 'connect', 'first_byte', 'valid_answer', 'streaming', 'usage']),
  );
  expect(events.at(-1)).toMatchObject({ type: 'result', ok: true, models: ['llama-3'] });
  expect(upstream.requests.every(({ credential }) => credential === KEY)).toBe(true);
});

test('a test of a saved model uses its key and is kept on the card; one with changes is not kept', async () => {
  const owner = await server.createUser();
  const { id } = await owner.client.localModels.create.mutate({
    name: 'tested',
    base_url: upstream.baseUrl,
    api_key: KEY,
    upstream_model: 'llama-3',
  });
  await eventsOf(owner.client.localModels.test.mutate({ id }));
  expect(upstream.requests.every(({ credential }) => credential === KEY)).toBe(true);
  const lastTest = async () => (await owner.client.localModels.list.query()).items[0]?.last_test;
  const kept = await lastTest();
  expect(kept).toMatchObject({ ok: true, reason: null });
  await eventsOf(owner.client.localModels.test.mutate({ id, upstream_model: 'another' }));
  expect(await lastTest()).toEqual(kept);
  upstream.next({ fault: { kind: 'html' } });
  await eventsOf(owner.client.localModels.test.mutate({ id }));
  expect(await lastTest()).toMatchObject({ ok: false, reason: 'html_answer' });
  const audit = await server.container.orm.em
    .fork()
    .execute("select after from aigcspace.audit_log where action = 'local_model.test' and target_id = ?", [
      String(id),
    ]);
  expect(audit).toHaveLength(3);
});

test('a saved key never goes to another server', async () => {
  const owner = await server.createUser();
  const { id } = await owner.client.localModels.create.mutate({
    name: 'guarded',
    base_url: 'http://localhost:9/v1',
    api_key: KEY,
  });
  expect(
    await failureOf(eventsOf(owner.client.localModels.test.mutate({ id, base_url: upstream.baseUrl }))),
  ).toMatchObject({ appCode: 'invalid_field', param: 'api_key' });
  expect(upstream.requests).toEqual([]);
});

test.each([
  ['http://10.0.0.5/v1', 'address_forbidden'],
  ['http://localhost:9/v1', 'refused'],
])('a test of %s ends with the reason %s', async (base_url, reason) => {
  const owner = await server.createUser();
  const events = await eventsOf(owner.client.localModels.test.mutate({ base_url, upstream_model: 'm' }));
  expect(events.at(-1)).toMatchObject({ type: 'result', ok: false, reason, allow_entry: null });
  const forAdmin = await eventsOf(
    server.admin.client.localModels.test.mutate({ base_url, upstream_model: 'm' }),
  );
  expect(forAdmin.at(-1)).toMatchObject({ allow_entry: reason === 'refused' ? null : '10.0.0.5:80' });
});

test('ten tests a minute are the most, so that nobody scans ports with them', async () => {
  const owner = await server.createUser();
  const run = () => eventsOf(owner.client.localModels.test.mutate({ base_url: 'http://10.0.0.5/v1' }));
  for (let count = 0; count < 10; count += 1) await run();
  expect(await failureOf(run())).toMatchObject({ httpStatus: 429, appCode: 'rate_limit_exceeded' });
});
