import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginCall } from '@aigc/core/calls/begin-call';
import { NO_USAGE, type BegunCall } from '@aigc/core/calls/call';
import { recoverDeadCalls } from '@aigc/core/calls/recover-calls';
import { settleCall } from '@aigc/core/calls/settle-call';
import { newId } from '@aigc/shared/ids';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.topUp('10');
});
afterAll(() => world.close());

async function describeCall(): Promise<{ call: BegunCall; accountId: string }> {
  const [row] = await world.query<{ organisation: string; project: string; account: string }>(
    `select p.organisation_id as organisation, p.id as project, a.id as account from aigcspace.projects p
     join aigcspace.memberships m on m.organisation_id = p.organisation_id
     join aigcspace.accounts a on a.organisation_id = p.organisation_id where m.user_id = ?`,
    [world.userId],
  );
  if (row === undefined) throw new Error('no project');
  const call: BegunCall = {
    requestId: newId('req'),
    userId: world.userId,
    organisationId: row.organisation,
    projectId: row.project,
    apiKeyId: world.keyId,
    modelId: null,
    modelName: 'cloud',
    provider: 'Scripted',
    endpoint: 'chat/completions',
    source: 'api',
    isLocal: false,
    isStream: false,
    price: { inputPrice: '2.4', outputPrice: '9.6' },
    requestIp: null,
    createdAt: new Date().toISOString(),
  };
  return { call, accountId: row.account };
}

const ANSWERED = {
  status: 'success',
  httpStatus: 200,
  errorCode: null,
  errorMessage: null,
  usage: NO_USAGE,
  latencyMs: 1,
  ttftMs: null,
} as const;

test('the calls of a process that died become failed calls with bill 0, and their money is free again', async () => {
  const { call, accountId } = await describeCall();
  await beginCall(world.em(), call, { instanceId: 'ins_dead', accountId, amount: '3' });
  expect(await world.balance()).toEqual({ balance: '10.0000000000', held: '3.0000000000' });
  expect(await recoverDeadCalls(world.em(), 'ins_new')).toBe(1);
  expect(await world.balance()).toEqual({ balance: '10.0000000000', held: '0.0000000000' });
  expect(await world.lastCall()).toMatchObject({
    request_id: call.requestId,
    status: 'failed',
    error_code: 'interrupted',
  });
  expect(await recoverDeadCalls(world.em(), 'ins_new')).toBe(0);
});

test('the calls of a process that lives are left alone', async () => {
  const { call, accountId } = await describeCall();
  await beginCall(world.em(), call, { instanceId: world.instanceId, accountId, amount: '3' });
  expect(await recoverDeadCalls(world.em(), 'ins_new')).toBe(0);
  expect(await world.balance()).toMatchObject({ held: '3.0000000000' });
  await settleCall(world.em(), call, {
    status: 'success',
    httpStatus: 200,
    errorCode: null,
    errorMessage: null,
    usage: NO_USAGE,
    bill: '0',
    latencyMs: 1,
    ttftMs: null,
  });
});

test('ending the calls of a dead process never blocks a living one that settles at the same time', async () => {
  const settled = await describeCall();
  await settleCall(world.em(), { ...settled.call, modelName: 'second' }, { ...ANSWERED, bill: '0' });
  const [first, second] = [await describeCall(), await describeCall()];
  for (const [modelName, { call, accountId }] of [
    ['first', first],
    ['second', second],
  ] as const) {
    await beginCall(world.em(), { ...call, modelName }, { instanceId: 'ins_dead', accountId, amount: '1' });
  }
  let recovery: Promise<number> | undefined;
  await world.em().transactional(async (living) => {
    // The order in which every settlement takes its locks: the sums of the hour, then the account.
    await living.execute(
      "select 1 from aigcspace.call_rollups where model_name = 'second' and user_id = ? for update",
      [world.userId],
    );
    recovery = recoverDeadCalls(world.em(), 'ins_new');
    recovery.catch(() => undefined);
    await expect
      .poll(() => world.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'"))
      .not.toEqual([]);
    await living.execute('select 1 from aigcspace.accounts where id = ? for update', [first.accountId]);
  });
  expect(await recovery).toBe(2);
});

test('a settlement counts once, however often it is made', async () => {
  const { call, accountId } = await describeCall();
  await beginCall(world.em(), call, { instanceId: world.instanceId, accountId, amount: '2' });
  const outcome = {
    status: 'success' as const,
    httpStatus: 200,
    errorCode: null,
    errorMessage: null,
    usage: { ...NO_USAGE, inputTokens: 1000, outputTokens: 100 },
    bill: '0.0033600000',
    latencyMs: 1,
    ttftMs: null,
  };
  const settled = await Promise.all(Array.from({ length: 5 }, () => settleCall(world.em(), call, outcome)));
  expect(settled.filter((id) => id !== null)).toHaveLength(1);
  expect(await world.balance()).toEqual({ balance: '9.9966400000', held: '0.0000000000' });
});

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
