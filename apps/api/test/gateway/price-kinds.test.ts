import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('10');
  await world.addCloudModel({ title: 'many-prices' });
  await setPrices('cached_input_price = 0.24, cache_write_price = 3, call_price = 0.01');
});
afterAll(() => world.close());

async function setPrices(assignments: string): Promise<void> {
  await world.query(`update aigcspace.models set ${assignments} where title = 'many-prices'`);
  await world.refresh();
}

const call = (headers: Record<string, string> = {}) =>
  world.post(
    '/v1/chat/completions',
    { model: 'many-prices', messages: [{ role: 'user', content: 'x' }] },
    headers,
  );

test('each part of a call is billed at its own price, and the log keeps what the bill is made of', async () => {
  world.upstream.next({
    usage: { promptTokens: 1000, completionTokens: 100, cachedTokens: 600, cacheWriteTokens: 300 },
  });
  expect((await call()).status).toBe(200);
  expect(await world.lastCall()).toMatchObject({
    // (100 x 2.4 + 600 x 0.24 + 300 x 3 + 100 x 9.6) / 1,000,000 + 0.01
    bill: '0.0122440000',
    cached_tokens: 600,
    usage_details: { cacheWriteTokens: 300, calls: 1 },
    extra_prices: {
      cached_input_price: '0.2400000000',
      cache_write_price: '3.0000000000',
      call_price: '0.0100000000',
    },
  });
});

test('a stream is billed as the whole answer would be', async () => {
  world.upstream.next({
    usage: { promptTokens: 1000, completionTokens: 100, cachedTokens: 600, cacheWriteTokens: 300 },
  });
  const body = { model: 'many-prices', stream: true, messages: [{ role: 'user', content: 'x' }] };
  const answer = await world.raw('/v1/chat/completions', body);
  expect(await answer.text()).toContain('[DONE]');
  expect(await world.lastCall()).toMatchObject({
    bill: '0.0122440000',
    usage_details: { cacheWriteTokens: 300, calls: 1 },
  });
});

test('a call that fails without an answer costs nothing, the price per call included', async () => {
  world.upstream.next({ fault: { kind: 'error', status: 400 } });
  expect((await call()).status).toBe(400);
  expect(await world.lastCall()).toMatchObject({ bill: '0.0000000000', usage_details: null });
});

test('the price of a call is set aside before the upstream is asked', async () => {
  const poor = await world.createUser();
  await world.topUp('0.5', poor.userId);
  await setPrices('call_price = 0.6');
  const asked = world.upstream.requests.length;
  expect((await call({ authorization: `Bearer ${poor.key}` })).status).toBe(402);
  expect(world.upstream.requests).toHaveLength(asked);
});

test('the time a call runs can have a price', async () => {
  await setPrices('call_price = null, duration_price = 0.001');
  world.upstream.next({ usage: { promptTokens: 0, completionTokens: 0 } });
  expect((await call()).status).toBe(200);
  const logged = await world.lastCall();
  expect(logged).toMatchObject({ usage_details: { durationSeconds: 1 }, bill: '0.0010000000' });
});

test('the books are right', () => world.expectBooksRight());
