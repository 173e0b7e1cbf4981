import { runJob, type Job } from '@aigc/core/jobs/run-job';
import { deleteOldCalls } from '@aigc/core/logs/delete-old-calls';
import { countStrayCalls, createLogPartitions, listLogPartitions } from '@aigc/core/logs/partitions';
import { foldRollups } from '@aigc/core/stats/fold-rollups';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callLogger } from './support/logged-calls.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  // Its own jobs would come in between.
  server = await startTestServer({ env: { ROLE: 'panel' } });
});
afterAll(() => server.close());

const em = () => server.container.orm.em.fork();
const DAY_MS = 86_400_000;
const inDays = (now: Date, days: number) => new Date(now.getTime() + days * DAY_MS);

test('months have their partition before they begin, and stray calls move into theirs', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const later = inDays(new Date(), 200);
  const strayBefore = await countStrayCalls(em());
  const { id } = await log({ createdAt: later.toISOString(), model: 'early' });
  expect(await countStrayCalls(em())).toBe(strayBefore + 1);

  // As the job would, had it been away for that long.
  expect(await createLogPartitions(em(), later)).toBe(3);
  expect(await createLogPartitions(em(), later)).toBe(0);
  expect(await countStrayCalls(em())).toBe(strayBefore);
  expect((await user.client.logs.get.query({ id })).model_name).toBe('early');
  const months = (await listLogPartitions(em())).map(({ month }) => month);
  expect(months).toContain(later.toISOString().slice(0, 7));
});

test('a call is in the log once, whichever partition it is in', async () => {
  const [row] = await em().execute<{ index: string }[]>(
    `select indexdef as index from pg_indexes where indexname = 'api_call_log_request_id'`,
  );
  expect(row?.index).toContain('UNIQUE');
  expect(row?.index).toContain('(request_id, created_at)');
});

test('retention deletes calls that are older and nothing else; sums and bills stay', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const now = new Date();
  await em().execute(`select aigcspace.create_call_log_partition(?)`, [inDays(now, -100)]);
  await server.admin.client.adminBilling.topUp.mutate({ user_id: user.id, amount: '10' });
  await log({ createdAt: inDays(now, -100).toISOString(), model: 'old', bill: '1' });
  await log({ createdAt: inDays(now, -8).toISOString(), model: 'old', bill: '1' });
  await log({ createdAt: inDays(now, -6).toISOString(), model: 'kept', bill: '1' });
  const period = { from: inDays(now, -120).toISOString(), to: inDays(now, 1).toISOString() };
  const statsBefore = await user.client.stats.get.query(period);

  expect(await deleteOldCalls(em(), now)).toEqual({ months: [], calls: 0 });
  await server.admin.client.adminSettings.update.mutate({ log_retention_days: 7 });
  const deleted = await deleteOldCalls(em(), now);
  expect(deleted.months).toContain(inDays(now, -100).toISOString().slice(0, 7));

  const { items } = await user.client.logs.list.query({});
  expect(items.map(({ model_name: model }) => model)).toEqual(['kept']);
  expect(await user.client.stats.get.query(period)).toEqual(statsBefore);
  const ledger = await user.client.billing.ledger.query({});
  expect(ledger.items.map(({ amount }) => amount)).toEqual(['-1', '-1', '-1', '10']);
  expect((await user.client.billing.balance.query()).balance).toBe('7');
});

test('stats say the same before and after hours are folded, and when a call comes late', async () => {
  const user = await server.createUser();
  const log = await callLogger(server.container, user.id);
  const now = new Date();
  for (let hours = 1; hours <= 60; hours += 7) {
    const createdAt = new Date(now.getTime() - hours * 3_600_000).toISOString();
    await log({ createdAt, model: `model-${hours % 3}`, bill: '0.1', latencyMs: hours * 10 });
    await log({ createdAt, model: 'mine', isLocal: true });
    await log({ createdAt, model: 'bad', errorCode: 'upstream_timeout' });
  }
  const zones = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kolkata'];
  const read = async () => {
    const answers = [];
    for (const days of [1, 2, 4]) {
      for (const time_zone of zones) {
        const period = { from: inDays(now, -days).toISOString(), to: now.toISOString(), time_zone };
        const { get } = user.client.stats;
        const { get: getAll } = server.admin.client.stats;
        answers.push(
          await get.query(period),
          await get.query({ ...period, model: 'model-1' }),
          await get.query({ ...period, is_local: true }),
          await getAll.query({ ...period, scope: 'all' }),
          await getAll.query({ ...period, scope: 'all', model: 'model-1' }),
        );
      }
    }
    return answers;
  };
  const before = await read();
  expect(await foldRollups(em(), now)).toBeGreaterThan(0);
  expect(await foldRollups(em(), now)).toBe(0);
  expect(await read()).toEqual(before);

  await log({ createdAt: inDays(now, -1.5).toISOString(), model: 'late', bill: '0.5' });
  const stats = await user.client.stats.get.query({
    from: inDays(now, -4).toISOString(),
    to: now.toISOString(),
  });
  expect(stats.by_model.find(({ model }) => model === 'late')).toMatchObject({ calls: 1, cost: '0.5' });
  expect(stats.by_day.reduce((sum, day) => sum + day.calls, 0)).toBe(stats.totals.calls);
  expect(stats.by_key.reduce((sum, key) => sum + key.calls, 0)).toBe(stats.totals.calls);
  expect(stats.totals.calls).toBe(28);
});

test('of processes that run the same jobs one does each when it is due, and a failure is written down', async () => {
  let runs = 0;
  const job: Job = {
    name: 'a-test',
    everyMs: 60_000,
    run: () => {
      runs += 1;
      return Promise.resolve({ runs });
    },
  };
  const now = new Date();
  const attempt = (at: Date) => runJob(job, { em: em(), now: at, signal: new AbortController().signal });
  const results = await Promise.all([attempt(now), attempt(now), attempt(now)]);
  expect(results.filter(({ state }) => state === 'done')).toHaveLength(1);
  expect(runs).toBe(1);
  expect(await attempt(new Date(now.getTime() + 30_000))).toEqual({ state: 'not_due' });
  expect(await attempt(new Date(now.getTime() + 61_000))).toMatchObject({ state: 'done' });

  const failing: Job = { ...job, run: () => Promise.reject(new Error('no luck')) };
  const later = new Date(now.getTime() + 180_000);
  await expect(
    runJob(failing, { em: em(), now: later, signal: new AbortController().signal }),
  ).rejects.toThrow('no luck');
  const [row] = await em().execute<{ error: string; succeeded: boolean }[]>(
    `select error, succeeded_at is not null as succeeded from aigcspace.job_runs where name = 'a-test'`,
  );
  expect(row).toEqual({ error: 'no luck', succeeded: true });
});
