import { foldRollups } from '@aigc/core/stats/fold-rollups';
import { money } from '@aigc/shared/money';
import type { costReportInputSchema, CostReportView } from '@aigc/shared/schemas/cost-report';
import type { z } from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureOf } from './support/failure.ts';
import { callLogger } from './support/logged-calls.ts';
import { restClient } from './support/rest-client.ts';
import { startTestServer, type TestServer, type TestUser } from './support/test-server.ts';

/** Two users with calls of three days; the first one's last bill exceeds what was left. */
let server: TestServer;
let user: TestUser;
let other: TestUser;
let keyId: number;
const PERIOD = { start: '2026-03-01', end: '2026-03-03', time_zone: 'Asia/Shanghai' };

beforeAll(async () => {
  server = await startTestServer();
  [user, other] = [await server.createUser(), await server.createUser()];
  await server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount: '1' });
  await server.admin.client.adminBilling.topUp.mutate({ user_id: other.id, amount: '10' });
  // Money that came before the period.
  await server.container.orm.em.fork().execute('alter table aigcspace.ledger_entries disable trigger user');
  await server.container.orm.em
    .fork()
    .execute("update aigcspace.ledger_entries set created_at = '2026-02-01T00:00Z'");
  await server.container.orm.em.fork().execute('alter table aigcspace.ledger_entries enable trigger user');
  keyId = (await user.client.keys.create.mutate({ name: '=cmd|calc' })).id;
  const log = await callLogger(server.container, user.id);
  // The last moment of February and the first of March, in Shanghai.
  await log({ createdAt: '2026-02-28T15:59:59.999Z', model: 'plain', bill: '0.2' });
  await log({ createdAt: '2026-02-28T16:00:00.000Z', model: 'plain', bill: '0.1234567891', apiKeyId: keyId });
  await log({ createdAt: '2026-03-01T20:00:00.000Z', model: '@dear', bill: '0.0000000001', apiKeyId: keyId });
  await log({ createdAt: '2026-03-02T03:00:00.000Z', model: 'mine', isLocal: true });
  await log({
    createdAt: '2026-03-02T04:00:00.000Z',
    model: '@dear',
    bill: '5',
    errorCode: 'upstream_timeout',
  });
  const logOther = await callLogger(server.container, other.id);
  await logOther({ createdAt: '2026-03-03T15:59:59.000Z', model: 'plain', bill: '2.5' });
  await logOther({ createdAt: '2026-03-03T16:00:00.000Z', model: 'plain', bill: '1' });
});
afterAll(() => server.close());

/** What every report promises of its sums. */
function expectToAddUp({ total, ledger, rows, omitted }: CostReportView): void {
  const cost = rows.reduce((sum, row) => sum.plus(row.cost), money(omitted?.cost ?? '0'));
  expect(cost.toFixed()).toBe(total.cost);
  expect(money(ledger.charged).plus(ledger.uncollected).toFixed()).toBe(total.cost);
  const closing = [ledger.topups, ledger.redemptions, ledger.adjustments].reduce(
    (sum, amount) => sum.plus(amount),
    money(ledger.opening).minus(ledger.charged),
  );
  expect(closing.toFixed()).toBe(ledger.closing);
}

test('a report of one’s own equals the ledger to the last digit, with what could not be collected told apart', async () => {
  const report = await user.client.billing.report.query(PERIOD);
  expectToAddUp(report);
  expect(report).toMatchObject({
    from: '2026-02-28T16:00:00.000Z',
    to: '2026-03-03T16:00:00.000Z',
    account: user.email,
    by: 'day',
    rows: [
      { day: '2026-03-01', calls: 1, failed: 0, cost: '0.1234567891' },
      { day: '2026-03-02', calls: 3, failed: 1, cost: '5.0000000001' },
      { day: '2026-03-03', calls: 0, failed: 0, cost: '0' },
    ],
    omitted: null,
    total: { calls: 4, failed: 1, cost: '5.1234567892' },
    ledger: {
      opening: '0.8',
      topups: '0',
      redemptions: '0',
      adjustments: '0',
      charged: '0.8',
      closing: '0',
      uncollected: '4.3234567892',
    },
  });
  expect(report.ledger.closing).toBe((await user.client.billing.balance.query()).balance);
});

test('by model and by key the same sums are told of other things, dearest first', async () => {
  const byModel = await user.client.billing.report.query({ ...PERIOD, by: 'model' });
  expect(byModel.rows).toMatchObject([
    { model: '@dear', is_local: false, calls: 2, cost: '5.0000000001' },
    { model: 'plain', is_local: false, calls: 1, cost: '0.1234567891' },
    { model: 'mine', is_local: true, calls: 1, cost: '0' },
  ]);
  const byKey = await user.client.billing.report.query({ ...PERIOD, by: 'key' });
  expect(byKey.rows).toMatchObject([
    { api_key_id: null, calls: 2, cost: '5' },
    { api_key_id: keyId, api_key_name: '=cmd|calc', calls: 2, cost: '0.1234567892' },
  ]);
  for (const report of [byModel, byKey]) {
    expectToAddUp(report);
    expect(report.total.cost).toBe('5.1234567892');
  }
});

test('administrators see everybody, by user too, and what the platform bore is read from its own account', async () => {
  const { report } = server.admin.client.billing;
  const everyone = await report.query({ ...PERIOD, by: 'user', scope: 'all' });
  expectToAddUp(everyone);
  expect(everyone).toMatchObject({
    account: null,
    rows: [
      { user_email: user.email, cost: '5.1234567892' },
      { user_email: other.email, cost: '2.5' },
    ],
    total: { cost: '7.6234567892' },
    ledger: { opening: '10.8', charged: '3.3', closing: '7.5', uncollected: '4.3234567892' },
  });
  const one = await report.query({ ...PERIOD, user_id: other.id });
  expectToAddUp(one);
  expect(one).toMatchObject({ account: other.email, total: { cost: '2.5' }, ledger: { closing: '7.5' } });
  expect(await report.query(PERIOD)).toMatchObject({ total: { calls: 0, cost: '0' } });
});

test('sums are the same after the hours were folded', async () => {
  const before = await server.admin.client.billing.report.query({ ...PERIOD, by: 'key', scope: 'all' });
  await foldRollups(server.container.orm.em.fork(), new Date());
  expect(await server.admin.client.billing.report.query({ ...PERIOD, by: 'key', scope: 'all' })).toEqual(
    before,
  );
  for (const by of ['day', 'model', 'user', 'key'] as const) {
    expectToAddUp(await server.admin.client.billing.report.query({ ...PERIOD, by, scope: 'all' }));
    if (by !== 'user') expectToAddUp(await user.client.billing.report.query({ ...PERIOD, by }));
  }
});

const REFUSED: [Partial<z.input<typeof costReportInputSchema>>, number][] = [
  [{ scope: 'all' }, 403],
  [{ by: 'user' }, 403],
  [{ user_id: 'usr_other' }, 403],
  [{ start: '2026-03-04' }, 400],
  [{ start: '2024-01-01' }, 400],
  [{ start: '1969-06-01', end: '1969-06-02' }, 400],
  [{ start: '2026-02-30' }, 400],
  [{ time_zone: 'Mars/Olympus' }, 400],
];
test.each(REFUSED)('%j is refused to a user with %i', async (changes, status) => {
  const failure = await failureOf(user.client.billing.report.query({ ...PERIOD, ...changes }));
  expect(failure.httpStatus).toBe(status);
  const [changed] = Object.keys(changes);
  if (status === 400) expect(failure.param).toBe(changed);
});

test('the CSV file has every row, exact amounts, and no cell that a spreadsheet would run', async () => {
  const get = restClient(server, { cookie: user.cookie });
  const query = 'start=2026-03-01&end=2026-03-03&time_zone=Asia/Shanghai';
  const byKey = await get('GET', `/api/platform/report.csv?${query}&by=key`);
  expect(byKey.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(byKey.headers.get('content-disposition')).toMatch(
    /^attachment; filename="report-key-2026-03-01-2026-03-03-\d{8}-\d{4}\.csv"$/,
  );
  expect(byKey.text.replace('\uFEFF', '').trimEnd().split('\r\n')).toEqual([
    'api_key_id,api_key_name,user_email,calls,failed,input_tokens,output_tokens,cost,currency',
    `,,${user.email},2,1,20,10,5,CNY`,
    `${keyId},'=cmd|calc,${user.email},2,0,20,10,0.1234567892,CNY`,
  ]);
  const byModel = await get('GET', `/api/platform/report.csv?${query}&by=model`);
  expect(byModel.text).toContain("\r\n'@dear,false,2,1,20,10,5.0000000001,CNY\r\n");
  expect((await get('GET', `/api/platform/report.csv?${query}&scope=all`)).status).toBe(403);
  expect((await restClient(server)('GET', `/api/platform/report.csv?${query}`)).status).toBe(401);
  expect((await get('GET', `/api/platform/report?${query}`)).json).toMatchObject({ total: { calls: 4 } });
});

test('the ledger is read by period and kind, and its entries add up to what the report says', async () => {
  const { items } = await user.client.billing.ledger.query({
    from: '2026-02-28T16:00:00.000Z',
    to: '2026-03-03T16:00:00.000Z',
    kind: 'usage',
  });
  expect(items.reduce((sum, { amount }) => sum.plus(amount), money('0')).toFixed()).toBe('-0.8');
  const { items: before } = await user.client.billing.ledger.query({ to: '2026-02-28T16:00:00.000Z' });
  expect(before.map(({ kind }) => kind)).toEqual(['usage', 'topup']);
});
