import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('10');
});
afterAll(() => world.close());

test('a bill above hold and balance takes what is there, and the platform bears the rest in sight', async () => {
  const poor = await world.createUser();
  await world.topUp('1', poor.userId);
  await world.addCloudModel({
    title: 'underestimated',
    inputPrice: '0',
    outputPrice: '10',
    maxOutputTokens: 1000,
  });
  world.upstream.next({ usage: { promptTokens: 1, completionTokens: 250_000 } });
  const body = { model: 'underestimated', messages: [{ role: 'user', content: 'x' }] };
  const answer = await world.post('/v1/chat/completions', body, { authorization: `Bearer ${poor.key}` });
  expect(answer.status).toBe(200);
  expect(await world.lastCall(poor.userId)).toMatchObject({ bill: '2.5000000000' });
  expect(await world.balance(poor.userId)).toEqual({ balance: '0.0000000000', held: '0.0000000000' });
  expect(
    await world.query("select amount::text from aigcspace.ledger_entries where kind = 'uncollected'"),
  ).toEqual([{ amount: '1.5000000000' }]);
});

test('the books are right', () => world.expectBooksRight());
