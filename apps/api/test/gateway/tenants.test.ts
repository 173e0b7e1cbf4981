import { afterAll, beforeAll, expect, test } from 'vitest';
import { localKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
});
afterAll(() => world.close());

test('two tenants with the same upstream and different keys, interleaved: it sees the right key every time', async () => {
  const tenants = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const owner = await world.createUser();
      const credential = `sk-upstream-of-${name}`;
      await world.addLocalModel({ title: `model-${name}`, userId: owner.userId, apiKey: credential });
      return { ...owner, model: `model-${name}`, credential };
    }),
  );
  const calls = Array.from({ length: 60 }, (_, index) => {
    const tenant = tenants[index % 2];
    const body = {
      model: tenant?.model,
      stream: index % 3 === 0,
      messages: [{ role: 'user', content: tenant?.credential }],
    };
    return world.raw('/v1/chat/completions', body, { headers: { authorization: `Bearer ${tenant?.key}` } });
  });
  for (const answer of await Promise.all(calls)) {
    expect(answer.status).toBe(200);
    await answer.text();
  }
  expect(world.upstream.requests).toHaveLength(60);
  for (const request of world.upstream.requests) {
    const { messages } = request.body as { messages: { content: string }[] };
    expect(request.credential).toBe(messages[0]?.content);
  }
});

test('a key sealed for one row, owner or server does not open for another', async () => {
  const binding = { id: 1, userId: 'usr_a', baseUrl: 'https://a.example/v1' };
  const sealed = world.secrets.seal('secret', localKeyBinding(binding));
  expect(world.secrets.open(sealed, localKeyBinding(binding))).toBe('secret');
  for (const other of [{ id: 2 }, { userId: 'usr_b' }, { baseUrl: 'https://b.example/v1' }]) {
    expect(() => world.secrets.open(sealed, localKeyBinding({ ...binding, ...other }))).toThrow();
  }
});
