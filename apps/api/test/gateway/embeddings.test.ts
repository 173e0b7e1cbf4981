import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
let client: OpenAI;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('1');
  await world.addCloudModel({ title: 'vectors', inputPrice: '0.5', outputPrice: '0' });
  await world.query("update aigcspace.models set type = 'embedding' where title = 'vectors'");
  await world.refresh();
  client = new OpenAI({ baseURL: `${world.origin}/v1`, apiKey: world.key, maxRetries: 0 });
});
afterEach(() => world.upstream.reset());
afterAll(() => world.close());

test('openai-node, which asks for base64, decodes the same vectors from an upstream that ignores it', async () => {
  const vectors: number[][] = [];
  for (const embeddingFormat of ['float', 'base64'] as const) {
    world.upstream.next({ embeddingFormat });
    const answer = await client.embeddings.create({ model: 'vectors', input: 'hello' });
    vectors.push(answer.data[0]?.embedding ?? []);
  }
  expect(vectors[0]?.length).toBeGreaterThan(1);
  expect(vectors[0]).toEqual(vectors[1]);
});

test('a client that asks for floats gets numbers whatever the upstream sends', async () => {
  world.upstream.next({ embeddingFormat: 'base64' });
  const answer = await world.post('/v1/embeddings', {
    model: 'vectors',
    input: ['a', 'b'],
    encoding_format: 'float',
  });
  const data = answer.json.data as { embedding: unknown[] }[];
  expect(data).toHaveLength(2);
  expect(data.every(({ embedding }) => embedding.every((value) => typeof value === 'number'))).toBe(true);
});

test('tokens are billed at the input price', async () => {
  world.upstream.next({ usage: { promptTokens: 1_000, completionTokens: 0 } });
  await client.embeddings.create({ model: 'vectors', input: [1, 2, 3] });
  expect(await world.lastCall()).toMatchObject({
    endpoint: 'embeddings',
    input_tokens: 1_000,
    bill: '0.0005000000',
  });
});

test.each([
  ['no input', { model: 'vectors' }, 'missing_field', 'input'],
  ['an object', { model: 'vectors', input: {} }, 'invalid_field', 'input'],
  ['an empty list', { model: 'vectors', input: [] }, 'invalid_field', 'input'],
  [
    'an unknown encoding',
    { model: 'vectors', input: 'a', encoding_format: 'hex' },
    'invalid_field',
    'encoding_format',
  ],
  ['a chat model', { model: 'cloud', input: 'a' }, 'invalid_field', 'model'],
  ['no model', { input: 'a' }, 'missing_field', 'model'],
])('%s is refused by name', async (_name, body, code, param) => {
  expect(await world.post('/v1/embeddings', body)).toMatchObject({
    status: 400,
    json: { error: { code, param } },
  });
});

test('the books are right', () => world.expectBooksRight());
