import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
let client: OpenAI;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.addCloudModel({ title: 'vendor/deep/model' });
  await world.addCloudModel({ title: 'closed', isApiEnabled: false });
  await world.addCloudModel({ title: 'unpriced', inputPrice: null });
  client = new OpenAI({ baseURL: `${world.origin}/v1`, apiKey: world.key, maxRetries: 0 });
});
afterAll(() => world.close());

async function get(path: string, key = world.key) {
  const answer = await fetch(`${world.origin}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return {
    status: answer.status,
    json: (await answer.json()) as { data?: { id: string }[]; error?: object },
  };
}

test('the list holds what this key may call, and only that', async () => {
  const ids: string[] = [];
  for await (const model of client.models.list()) ids.push(model.id);
  expect(ids).toEqual(['cloud', 'demo-chat', 'demo-embedding', 'demo-vision', 'local', 'vendor/deep/model']);
  const other = await world.createUser();
  expect((await get('/v1/models', other.key)).json.data?.map(({ id }) => id)).not.toContain('local');
});

test('one superset serves OpenAI and Anthropic clients', async () => {
  const { json } = await get('/api/v1/models?limit=2');
  expect(json).toMatchObject({ object: 'list', has_more: true, first_id: 'cloud', last_id: 'demo-chat' });
  expect(json.data?.[0]).toMatchObject({
    id: 'cloud',
    object: 'model',
    type: 'model',
    created: expect.any(Number) as number,
    created_at: expect.stringMatching(/Z$/) as string,
    display_name: 'cloud',
    owned_by: 'Scripted',
    is_local: false,
    pricing: { input: '2.4', output: '9.6' },
  });
});

test("Anthropic's client turns pages to the end, forwards and backwards", async () => {
  const anthropic = new Anthropic({
    baseURL: world.origin,
    authToken: world.key,
    apiKey: null,
    maxRetries: 0,
  });
  const all = ['cloud', 'demo-chat', 'demo-embedding', 'demo-vision', 'local', 'vendor/deep/model'];
  const ids: string[] = [];
  for await (const model of anthropic.models.list({ limit: 2 })) {
    expect(model).toMatchObject({ type: 'model', display_name: model.id });
    ids.push(model.id);
  }
  expect(ids).toEqual(all);
  const before = await anthropic.models.list({ limit: 2, before_id: 'demo-vision' });
  expect(before.data.map(({ id }) => id)).toEqual(['demo-chat', 'demo-embedding']);
  expect(before.has_more).toBe(true);
  await expect(anthropic.models.list({ after_id: 'nothing' })).rejects.toMatchObject({
    status: 400,
    type: 'invalid_request_error',
  });
  expect((await anthropic.models.retrieve('cloud')).id).toBe('cloud');
});

test('an alias is listed beside its model, and found, unless a model has that title', async () => {
  await world.addCloudModel({ title: 'aliased' });
  await world.query(
    `insert into aigcspace.model_aliases (alias, model_id)
     select alias, m.id from aigcspace.models m, unnest(array['claude-like', 'local']) alias where m.title = 'aliased'`,
  );
  await world.refresh();
  const { json } = await get('/v1/models');
  const ids = json.data?.map(({ id }) => id) ?? [];
  expect(ids.slice(0, 2)).toEqual(['aliased', 'claude-like']);
  expect(ids.filter((id) => id === 'local')).toHaveLength(1);
  expect(await get('/v1/models/claude-like')).toMatchObject({
    status: 200,
    json: { id: 'claude-like', display_name: 'claude-like', alias_of: 'aliased' },
  });
});

test('an id with slashes is found encoded, raw, and behind duplicate slashes', async () => {
  expect((await client.models.retrieve('vendor/deep/model')).id).toBe('vendor/deep/model');
  for (const path of [
    '/v1/models/vendor/deep/model',
    '/v1/models/vendor%2Fdeep%2Fmodel',
    '//v1//models//vendor/deep/model',
  ]) {
    expect(await get(path)).toMatchObject({ status: 200, json: { id: 'vendor/deep/model' } });
  }
});

test('an unknown id, a model that may not be called, and broken encoding are answered as JSON', async () => {
  for (const id of ['nothing', 'closed', 'unpriced']) {
    expect(await get(`/v1/models/${id}`)).toMatchObject({
      status: 404,
      json: { error: { code: 'model_not_found' } },
    });
  }
  expect(await get('/v1/models/%E0%A4%A')).toMatchObject({ status: 400 });
  expect(await get('/v1/models?limit=0')).toMatchObject({ status: 400, json: { error: { param: 'limit' } } });
});
