import { money } from '@aigc/shared/money';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('concurrent top-ups all arrive, and the balance is the sum of the ledger', async () => {
  const user = await server.createUser();
  const amounts = Array.from({ length: 20 }, (_, turn) => `0.${String(turn + 1).padStart(10, '0')}`);
  await Promise.all(
    amounts.map((amount) => server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount })),
  );
  const expected = amounts.reduce((sum, amount) => sum.plus(amount), money(0)).toFixed();
  expect(await user.client.billing.balance.query()).toEqual({
    currency: 'CNY',
    balance: expected,
    held: '0',
    available: expected,
  });
  const { items } = await user.client.billing.ledger.query({});
  expect(items).toHaveLength(20);
  expect(items[0]).toMatchObject({
    kind: 'topup',
    balance_after: expected,
    actor_email: 'admin@example.com',
  });
  // Newest first: each balance is the one before plus the amount.
  items.forEach((entry, index) => {
    const before = items[index + 1]?.balance_after ?? '0';
    expect(entry.balance_after).toBe(money(before).plus(entry.amount).toFixed());
  });
});

test.each([
  ['0', 'must be more than zero'],
  ['-1', 'must be a number such as 12.5'],
  ['1e5', 'must be a number such as 12.5'],
  ['0.00000000001', 'must be a number such as 12.5'],
  ['NaN', 'must be a number such as 12.5'],
])('an amount of %s is refused beside its field', async (amount, message) => {
  const answer = await server.call(
    'adminBilling.topUp',
    { user_id: server.admin.id, amount },
    { cookie: server.admin.cookie },
  );
  expect(answer.status).toBe(400);
  expect(answer.error.data).toMatchObject({ fieldErrors: { amount: expect.stringContaining(message) } });
});

test('a balance that the books cannot hold is refused, and nothing is half-saved', async () => {
  const user = await server.createUser();
  const amount = '99999999999999';
  await server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount });
  const answer = await server.call(
    'adminBilling.topUp',
    { user_id: user.id, amount },
    { cookie: server.admin.cookie },
  );
  expect(answer.error.data).toMatchObject({ appCode: 'invalid_field', param: 'amount' });
  expect((await user.client.billing.balance.query()).balance).toBe(amount);
});

test('an unknown user gets no money', async () => {
  const answer = await server.call(
    'adminBilling.topUp',
    { user_id: 'usr_none', amount: '1' },
    { cookie: server.admin.cookie },
  );
  expect(answer.error.data).toMatchObject({ appCode: 'not_found', param: 'user_id' });
});
