import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import {
  startScriptedUpstream,
  type ScriptedUpstream,
} from './support/scripted-upstream/scripted-upstream.ts';
import { startTestServer, type Client, type TestServer } from './support/test-server.ts';

let server: TestServer;
let first: ScriptedUpstream;
let second: ScriptedUpstream;
let admin: Client;
let firstId: number;
let secondId: number;
beforeAll(async () => {
  server = await startTestServer();
  first = await startScriptedUpstream({ models: ['m1'] });
  second = await startScriptedUpstream({ models: ['m2'] });
  admin = server.admin.client;
  firstId = await connect('First', first);
  secondId = await connect('Second', second);
});
afterAll(async () => {
  await server.close();
  await first.close();
  await second.close();
});

async function connect(name: string, { baseUrl }: ScriptedUpstream): Promise<number> {
  const provider = await admin.adminProviders.create.mutate({ name, base_url: baseUrl, api_key: 'sk-1' });
  return provider.id;
}

let count = 0;
async function addModel(more: { type?: 'language' | 'embedding'; provider_id?: number } = {}) {
  count += 1;
  return admin.adminModels.create.mutate({
    title: `routed-${count}`,
    provider_id: firstId,
    upstream_model: 'm1',
    input_price: '1',
    output_price: '1',
    is_api_enabled: true,
    ...more,
  });
}

const at = (provider_id: number, upstream_model: string, more: object = {}) => ({
  provider_id,
  upstream_model,
  ...more,
});

test('upstreams, strategy, aliases and fallbacks are set as wholes, and what is left out stays', async () => {
  const model = await addModel();
  const spare = await addModel();
  await admin.adminModels.setRouting.mutate({
    id: model.id,
    strategy: 'weighted',
    upstreams: [at(firstId, 'm1', { weight: 3 }), at(secondId, 'm2', { priority: 4, input_cost: '0.5' })],
    aliases: ['nick', 'vendor/nick'],
    fallback_ids: [spare.id],
  });
  const routing = await admin.adminModels.setRouting.mutate({ id: model.id, aliases: ['nick'] });
  expect(routing).toMatchObject({
    strategy: 'weighted',
    aliases: ['nick'],
    fallbacks: [{ id: spare.id, title: spare.title }],
    upstreams: [
      { is_own: true, provider_name: 'First', upstream_model: 'm1', weight: 3 },
      {
        is_own: false,
        provider_name: 'Second',
        priority: 4,
        input_cost: '0.5',
        state: { breaker: 'closed' },
      },
    ],
  });
  expect(await admin.adminModels.routing.query({ id: model.id })).toEqual(routing);
});

test('a list without the own upstream moves the model to the first of it', async () => {
  const model = await addModel();
  await admin.adminModels.setRouting.mutate({ id: model.id, upstreams: [at(secondId, 'm2')] });
  const { items } = await admin.adminModels.list.query();
  expect(items.find(({ id }) => id === model.id)).toMatchObject({
    provider_name: 'Second',
    upstream_model: 'm2',
  });
});

test('names that mean something else already, and fallbacks that cannot stand in, are refused by field', async () => {
  const model = await addModel();
  const other = await addModel();
  const vectors = await addModel({ type: 'embedding' });
  const set = (input: object) => failureOf(admin.adminModels.setRouting.mutate({ id: model.id, ...input }));
  expect(await set({ aliases: [other.title] })).toMatchObject({ appCode: 'conflict', param: 'aliases' });
  await admin.adminModels.setRouting.mutate({ id: other.id, aliases: ['taken'] });
  expect(await set({ aliases: ['taken'] })).toMatchObject({ appCode: 'conflict', param: 'aliases' });
  expect(await set({ fallback_ids: [model.id] })).toMatchObject({ param: 'fallback_ids' });
  expect(await set({ fallback_ids: [vectors.id] })).toMatchObject({ param: 'fallback_ids' });
  expect(await set({ fallback_ids: [999_999] })).toMatchObject({ param: 'fallback_ids' });
  expect(await set({ upstreams: [at(999_999, 'm1')] })).toMatchObject({ param: 'upstreams' });
  expect(await set({ upstreams: [at(firstId, 'm1'), at(firstId, 'm1')] })).toMatchObject({
    param: 'upstreams',
  });
  const titled = failureOf(
    admin.adminModels.create.mutate({
      title: 'taken',
      provider_id: firstId,
      input_price: '1',
      output_price: '1',
    }),
  );
  expect(await titled).toMatchObject({ appCode: 'conflict', param: 'title' });
  expect(await failureOf(admin.adminModels.update.mutate({ id: model.id, title: 'taken' }))).toMatchObject({
    appCode: 'conflict',
    param: 'title',
  });
});

test('a check asks for the lists of models only; calls are made when they are asked for', async () => {
  const model = await addModel();
  await admin.adminModels.setRouting.mutate({
    id: model.id,
    upstreams: [at(firstId, 'm1'), at(secondId, 'gone', { priority: 1 })],
  });
  first.reset();
  second.reset();
  const free = await admin.adminModels.checkUpstreams.mutate({ id: model.id });
  expect(free.upstreams.map(({ last_check: check }) => check)).toMatchObject([
    { ok: true },
    { ok: false, reason: 'model_not_found' },
  ]);
  const asked = [...first.requests, ...second.requests].map(({ path }) => path);
  expect(new Set(asked)).toEqual(new Set(['/v1/models']));
  const paid = await admin.adminModels.checkUpstreams.mutate({ id: model.id, is_paid: true });
  expect(paid.upstreams[0]).toMatchObject({ last_test: { ok: true } });
  expect(first.requests.some(({ path }) => path === '/v1/chat/completions')).toBe(true);
});

test('a provider that is removed takes only the models that nobody else serves', async () => {
  const third = await connect('Third', first);
  const kept = await addModel({ provider_id: third });
  const lost = await addModel({ provider_id: third });
  await admin.adminModels.setRouting.mutate({
    id: kept.id,
    upstreams: [at(third, 'm1'), at(secondId, 'm2', { priority: 1, weight: 7 })],
  });
  await admin.adminProviders.delete.mutate({ id: third });
  const { items } = await admin.adminModels.list.query();
  expect(items.some(({ id }) => id === lost.id)).toBe(false);
  expect(await admin.adminModels.routing.query({ id: kept.id })).toMatchObject({
    upstreams: [{ is_own: true, provider_name: 'Second', upstream_model: 'm2', weight: 7 }],
  });
});
