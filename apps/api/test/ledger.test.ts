import type { LedgerEntry } from '@aigc/shared/schemas/billing';
import { money } from '@aigc/shared/money';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

let server: TestServer;
let user: TestUser;
let calls: { id: string; requestId: string }[];
beforeAll(async () => {
  server = await startTestServer();
  user = await server.createUser();
  await server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount: '10', note: 'Start' });
  const log = await callLogger(server.container, user.id);
  calls = [];
  for (let count = 1; count <= 5; count += 1) calls.push(await log({ bill: `0.${count}` }));
});
afterAll(() => server.close());

test('pages of the ledger hold every movement once, newest first, and lead to the balance', async () => {
  const items: LedgerEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await user.client.billing.ledger.query({
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(items.map(({ amount }) => amount)).toEqual(['-0.5', '-0.4', '-0.3', '-0.2', '-0.1', '10']);
  const sum = items.reduce((total, { amount }) => total.plus(amount), money(0)).toFixed();
  expect(items[0]?.balance_after).toBe(sum);
  expect(await user.client.billing.balance.query()).toEqual({
    currency: 'CNY',
    balance: sum,
    held: '0',
    available: sum,
  });
});

test('a movement names its call, or who made it', async () => {
  const { items: usage } = await user.client.billing.ledger.query({ kind: 'usage', limit: 1 });
  expect(usage).toMatchObject([
    { call_log_id: calls[4]?.id, request_id: calls[4]?.requestId, actor_email: null, note: null },
  ]);
  const { items: topUps } = await user.client.billing.ledger.query({ kind: 'topup' });
  expect(topUps).toMatchObject([
    { amount: '10', actor_email: server.admin.email, note: 'Start', call_log_id: null, request_id: null },
  ]);
});

test.each([
  [{ cursor: 'nonsense' }, 'cursor'],
  [{ cursor: Buffer.from('9999999999999999999').toString('base64url') }, 'cursor'],
  [{ limit: 0 }, 'limit'],
  [{ kind: 'gift' }, 'kind'],
])('%j is refused beside its field', async (input, param) => {
  const failure = await failureOf(user.client.billing.ledger.query(input as { limit: number }));
  expect(failure).toMatchObject({ httpStatus: 400, appCode: 'invalid_field', param });
});

test('another organisation sees nothing of it', async () => {
  const stranger = await server.createUser();
  expect((await stranger.client.billing.ledger.query({})).items).toEqual([]);
  expect((await stranger.client.billing.balance.query()).balance).toBe('0');
});
