import { money } from '@aigc/shared/money';
import { generateRedeemCode } from '@aigc/shared/redeem-code';
import { findRedemptionFaults } from '@aigc/core/health/find-redemption-faults';
import { findUnbalancedAccounts } from '@aigc/core/health/find-book-faults';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseState } from './support/database-state.ts';
import { failureOf } from './support/failure.ts';
import { runInProcess } from './support/cli-in-process.ts';
import { startTestServer, type Client, type TestServer } from './support/test-server.ts';

let server: TestServer;
let admin: Client['adminRedeemCodes'];
beforeAll(async () => {
  server = await startTestServer();
  admin = server.admin.client.adminRedeemCodes;
});
afterAll(() => server.close());

async function oneCode(options: { amount?: string; expires_at?: string } = {}): Promise<string> {
  const { codes } = await admin.create.mutate({ count: 1, amount: '20', ...options });
  return codes[0] ?? '';
}

async function idOf(code: string): Promise<number> {
  const { items } = await admin.list.query({ search: code });
  return items[0]?.id ?? 0;
}

async function expire(code: string): Promise<void> {
  await server.container.orm.em.fork().execute(
    `update aigcspace.redeem_batches b set expires_at = now() - interval '1 second'
       from aigcspace.redeem_codes c where c.batch_id = b.id and c.id = ?`,
    [await idOf(code)],
  );
}

test('a batch has as many codes as asked for, all different, and the database knows none of them', async () => {
  const { codes, batch_id } = await admin.create.mutate({
    count: 1_000,
    amount: '0.0000000001',
    note: 'Fair',
  });
  expect(new Set(codes).size).toBe(1_000);
  const state = Object.values(await databaseState(server.container)).join('\n');
  for (const code of codes.slice(0, 50)) {
    expect(state).not.toContain(code);
    expect(state).not.toContain(code.replaceAll('-', ''));
  }
  const { totals } = await admin.list.query({ batch_id });
  expect(totals.open).toEqual({ count: 1_000, amount: '0.0000001' });
});

test('a code typed in another way adds its amount to the balance and the ledger at once', async () => {
  const user = await server.createUser();
  const code = await oneCode({ amount: '12.0000000001' });
  const answer = await user.client.billing.redeem.mutate({
    code: ` ${code.toLowerCase().replaceAll('-', ' ')} `,
  });
  expect(answer).toEqual({
    amount: '12.0000000001',
    currency: 'CNY',
    balance: '12.0000000001',
    held: '0',
    available: '12.0000000001',
  });
  const { items } = await user.client.billing.ledger.query({ kind: 'redemption' });
  expect(items).toMatchObject([
    {
      kind: 'redemption',
      amount: '12.0000000001',
      balance_after: '12.0000000001',
      redeem_code_prefix: code.slice(0, 5),
      actor_email: user.email,
    },
  ]);
  const { items: codes } = await admin.list.query({ search: code.slice(0, 5).toLowerCase() });
  expect(codes).toMatchObject([{ status: 'redeemed', redeemed_by_email: user.email }]);
});

test('of twenty who redeem one code at the same moment one gets it, and the books add up', async () => {
  const users = await Promise.all(Array.from({ length: 5 }, () => server.createUser()));
  const code = await oneCode({ amount: '7.5' });
  const tries = users.flatMap((user) => Array.from({ length: 4 }, () => user));
  const results = await Promise.allSettled(
    // Calls of their own, not one batch.
    tries.map((user) => server.call('billing.redeem', { code }, { cookie: user.cookie })),
  );
  const statuses = results.map((result) => (result.status === 'fulfilled' ? result.value.status : 0));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409)).toHaveLength(19);
  let sum = money('0');
  for (const { client } of users) {
    const { balance } = await client.billing.balance.query();
    const { items } = await client.billing.ledger.query({});
    expect(items.reduce((total, { amount }) => total.plus(amount), money('0')).toFixed()).toBe(balance);
    sum = sum.plus(balance);
  }
  expect(sum.toFixed()).toBe('7.5');
});

test('one person’s codes at the same moment all arrive', async () => {
  const user = await server.createUser();
  const { codes } = await admin.create.mutate({ count: 8, amount: '0.1' });
  await Promise.all(codes.map((code) => user.client.billing.redeem.mutate({ code })));
  expect((await user.client.billing.balance.query()).balance).toBe('0.8');
});

test('whoever cannot redeem a code learns why, and nothing of who did', async () => {
  const [first, second] = [await server.createUser(), await server.createUser()];
  const [used, disabled, expired] = [await oneCode(), await oneCode(), await oneCode()];
  await first.client.billing.redeem.mutate({ code: used });
  await admin.update.mutate({ id: await idOf(disabled), is_disabled: true });
  await expire(expired);
  const redeem = (code: string) => server.call('billing.redeem', { code }, { cookie: second.cookie });
  const mistyped = used.slice(0, -1) + (used.endsWith('0') ? '2' : '0');
  for (const [code, appCode, status] of [
    [used, 'redeem_code_used', 409],
    [disabled, 'redeem_code_disabled', 409],
    [expired, 'redeem_code_expired', 409],
    [generateRedeemCode(), 'redeem_code_unknown', 404],
    [mistyped, 'invalid_field', 400],
  ] as const) {
    const { error } = await redeem(code);
    expect(error.data).toMatchObject({ appCode, httpStatus: status, param: 'code' });
    expect(JSON.stringify(error)).not.toContain(first.email);
    expect(JSON.stringify(error)).not.toContain(first.id);
  }
  expect((await second.client.billing.balance.query()).balance).toBe('0');
  const again = await server.call('billing.redeem', { code: used }, { cookie: first.cookie });
  expect(again.error.message).toBe('You have redeemed this code already.');
});

test('after ten guesses further ones are refused for a while, a right one too; typing errors do not count', async () => {
  const user = await server.createUser();
  const redeem = (code: string) => server.call('billing.redeem', { code }, { cookie: user.cookie });
  for (let turn = 0; turn < 12; turn += 1) expect((await redeem('AAAAA')).status).toBe(400);
  for (let turn = 0; turn < 10; turn += 1) expect((await redeem(generateRedeemCode())).status).toBe(404);
  const refused = await redeem(await oneCode());
  expect(refused.error.data).toMatchObject({ appCode: 'rate_limit_exceeded' });
  expect(refused.error.data['retryAfterSeconds']).toBeGreaterThan(0);
  // Others go on.
  const other = await server.createUser();
  expect((await other.client.billing.redeem.mutate({ code: await oneCode() })).balance).toBe('20');
});

test('a balance that the books cannot hold is refused, and the code stays open', async () => {
  const user = await server.createUser();
  const [first, second] = [await oneCode({ amount: '99999999999999' }), await oneCode({ amount: '1' })];
  await user.client.billing.redeem.mutate({ code: first });
  const failure = await failureOf(user.client.billing.redeem.mutate({ code: second }));
  expect(failure).toMatchObject({ appCode: 'invalid_field', param: 'code' });
  const { items } = await admin.list.query({ search: second });
  expect(items).toMatchObject([{ status: 'open', redeemed_at: null }]);
});

test('codes are disabled, enabled and deleted one by one or by their batch, but never those that were redeemed', async () => {
  const user = await server.createUser();
  const { codes, batch_id } = await admin.create.mutate({ count: 4, amount: '3' });
  const [first = '', second = '', third = ''] = codes;
  await user.client.billing.redeem.mutate({ code: first });
  expect(await admin.updateBatch.mutate({ batch_id, is_disabled: true })).toEqual({ count: 3, amount: '9' });
  expect(await failureOf(user.client.billing.redeem.mutate({ code: second }))).toMatchObject({
    appCode: 'redeem_code_disabled',
  });
  await admin.update.mutate({ id: await idOf(second), is_disabled: false });
  expect((await user.client.billing.redeem.mutate({ code: second })).balance).toBe('6');
  expect(await admin.delete.mutate({ id: await idOf(third) })).toEqual({ count: 1, amount: '3' });
  expect(await admin.deleteBatch.mutate({ batch_id })).toEqual({ count: 1, amount: '3' });
  const { items, totals } = await admin.list.query({ batch_id });
  expect(items.map(({ status }) => status)).toEqual(['redeemed', 'redeemed']);
  expect(totals.redeemed).toEqual({ count: 2, amount: '6' });
  for (const change of [
    async () => admin.delete.mutate({ id: await idOf(first) }),
    async () => admin.update.mutate({ id: await idOf(first), is_disabled: true }),
  ]) {
    expect(await failureOf(change())).toMatchObject({ appCode: 'redeem_code_used' });
  }
  expect(await failureOf(admin.delete.mutate({ id: 2_000_000_000 }))).toMatchObject({ httpStatus: 404 });
  expect(await failureOf(admin.deleteBatch.mutate({ batch_id: 2_000_000_000 }))).toMatchObject({
    httpStatus: 404,
  });
});

test('pages hold every code of a status once, newest first', async () => {
  const { batch_id } = await admin.create.mutate({ count: 5, amount: '1' });
  const ids: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await admin.list.query({
      batch_id,
      status: 'open',
      limit: 2,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(ids).toHaveLength(5);
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
});

test.each([
  [{ count: 0, amount: '1' }, 'count'],
  [{ count: 1_001, amount: '1' }, 'count'],
  [{ count: 1, amount: '0' }, 'amount'],
  [{ count: 1, amount: '-1' }, 'amount'],
  [{ count: 1, amount: '1', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
])('a batch of %j is refused beside its field', async (input, param) => {
  expect(await failureOf(admin.create.mutate(input))).toMatchObject({ httpStatus: 400, param });
});

test('the command line makes codes that people redeem, and lists and deletes them', async () => {
  const user = await server.createUser();
  const env = { DATABASE_URL: server.container.connectionString, DATA_DIR: server.container.env.dataDir };
  const cli = async (...args: string[]) => {
    const result = await runInProcess(['redeem-code', ...args], env);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };
  const codes = (await cli('create', '--count', '2', '--amount', '4', '--expires', '30d'))
    .trimEnd()
    .split('\n');
  expect(codes).toHaveLength(2);
  expect((await user.client.billing.redeem.mutate({ code: codes[0] ?? '' })).balance).toBe('4');
  const listed = JSON.parse(await cli('list', '--json')) as { batch_id: number; created_by_email: null }[];
  expect(listed[0]?.created_by_email).toBeNull();
  expect(await cli('delete', '--batch', String(listed[0]?.batch_id))).toBe('Codes deleted: 1, worth 4.\n');
  const both = await runInProcess(['redeem-code', 'disable', '1', '--batch', '1'], env);
  expect(both.code).toBe(2);
});

test('after all of it every redeemed code is one entry of its amount, and every balance the sum of its entries', async () => {
  const em = server.container.orm.em.fork();
  expect(await findRedemptionFaults(em)).toMatchObject({ codesWithoutEntry: 0, entriesWithoutCode: 0 });
  expect(await findUnbalancedAccounts(em)).toEqual([]);
});
