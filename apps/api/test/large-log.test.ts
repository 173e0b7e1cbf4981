import { CLI_ACTOR } from '@aigc/core/actor';
import { afterCondition, filterCondition } from '@aigc/core/logs/call-log-filter';
import { SELECT_CALL_LOG } from '@aigc/core/logs/call-log-row';
import type { LogPosition } from '@aigc/core/logs/cursor';
import { foldRollups } from '@aigc/core/stats/fold-rollups';
import { money } from '@aigc/shared/money';
import type { CallLogFilter } from '@aigc/shared/schemas/logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seedCallLog } from './support/seed-call-log.ts';
import { startTestServer, type TestServer } from './support/test-server.ts';

/** LARGE_LOG_CALLS=1000000 prints what lists and charts take with a million calls; seeding them takes minutes. */
const CALLS = Number(process.env['LARGE_LOG_CALLS'] ?? 20_000);
const IS_MEASURED = process.env['LARGE_LOG_CALLS'] !== undefined;
const DAYS = 90;
const DAY_MS = 86_400_000;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { ROLE: 'panel' } });
  await seedCallLog(em(), {
    calls: CALLS,
    days: DAYS,
    users: 200,
    keysPerUser: 3,
    models: 20,
    heavyUserId: server.admin.id,
  });
  unfolded = await chartsOfZones();
  await foldRollups(em(), new Date());
  await em().execute('vacuum analyze aigcspace.rollup_folds');
}, 1_800_000);
afterAll(() => server.close());

const em = () => server.container.orm.em.fork();
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

/** Zones ahead and behind, and one off the full hour whose clocks change by half of one. */
const ZONES = ['Asia/Shanghai', 'America/New_York', 'Australia/Lord_Howe'];
const [FIRST, LAST] = [daysAgo(66.4), daysAgo(0)];
/** Charts as they were before hours were folded: every sum then is of the calls of one hour. */
let unfolded: unknown[] = [];

async function chartsOfZones(): Promise<unknown[]> {
  const { get } = server.admin.client.stats;
  const charts: unknown[] = [];
  for (const zone of ZONES) {
    charts.push(await get.query({ scope: 'all', from: FIRST, to: LAST, time_zone: zone }));
    charts.push(await get.query({ scope: 'mine', from: FIRST, to: LAST, time_zone: zone }));
  }
  return charts;
}

/** The second of two readings, as a person who looks around has it. Figures are printed, never asserted. */
async function timed<T>(name: string, read: () => Promise<T>): Promise<T> {
  await read();
  const startedMs = performance.now();
  const answer = await read();
  const tookMs = performance.now() - startedMs;
  if (IS_MEASURED) process.stdout.write(`${name.padEnd(40)} ${tookMs.toFixed(0).padStart(5)} ms\n`);
  return answer;
}

test('charts of every zone are the same after their hours are folded as before, day by day', async () => {
  expect(await chartsOfZones()).toEqual(unfolded);
});

test.each(['Asia/Shanghai', 'Asia/Kolkata'])('calls of keys are counted by the days of %s', async (zone) => {
  const { days, items } = await server.admin.client.keys.usage.query({ time_zone: zone, days: 60 });
  // An hour belongs to the day in which it begins; the first day has the whole hour that it begins in.
  const compared = new Set(days.slice(1));
  const logged = await em().execute<{ id: number; day: string; calls: number }[]>(
    `select api_key_id as id, count(*)::int as calls,
       to_char(date_trunc('hour', created_at, 'UTC') at time zone ?, 'YYYY-MM-DD') as day
     from aigcspace.api_call_log where user_id = ? group by 1, 3 order by 1, 3`,
    [zone, server.admin.id],
  );
  const counted = items.flatMap(({ api_key_id: id, calls }) =>
    days.map((day, index) => ({ id, calls: calls[index] ?? 0, day })),
  );
  expect(counted.filter(({ day, calls }) => compared.has(day) && calls > 0)).toEqual(
    logged.filter(({ day }) => compared.has(day)),
  );
});

test.each(['all', 'mine'] as const)(
  'charts of %s calls add up to the log, for every period and zone',
  async (scope) => {
    const { get } = server.admin.client.stats;
    for (const days of [1, 7, 14, 30, 60, 89]) {
      for (const zone of ['UTC', 'Asia/Shanghai']) {
        // Sums are kept by the hour, so the log is counted from an hour's start on, too.
        const from = new Date(Math.floor(Date.parse(daysAgo(days)) / 3_600_000) * 3_600_000).toISOString();
        const to = new Date().toISOString();
        const stats = await timed(`stats of ${scope}, ${days} days, ${zone}`, () =>
          get.query({ scope, from, to, time_zone: zone }),
        );
        const [logged] = await em().execute<
          { calls: number; failed: number; tokens: number; cost: string }[]
        >(
          `select count(*)::int as calls, count(*) filter (where status = 'failed')::int as failed,
           sum(input_tokens)::int as tokens, sum(bill)::text as cost from aigcspace.api_call_log
         where created_at >= ? and created_at < ? and (? or user_id = ?)`,
          [from, to, scope === 'all', server.admin.id],
        );
        expect(logged?.calls).toBeGreaterThan(0);
        const expected = { calls: logged?.calls, failed: logged?.failed, input_tokens: logged?.tokens };
        expect(stats.totals).toMatchObject(expected);
        expect(money(stats.totals.cost).equals(logged?.cost ?? 0)).toBe(true);
        for (const parts of [stats.by_day, stats.by_model]) {
          expect(parts.reduce((sum, { calls }) => sum + calls, 0)).toBe(logged?.calls);
        }
      }
    }
  },
);

const FILTERS: Record<string, Partial<CallLogFilter>> = {
  everything: {},
  failed: { status: 'failed' },
  'one model': { model: 'model-3' },
  'no such model': { model: 'none' },
  'no such reason': { error_code: 'none' },
  local: { is_local: true },
  'one day': { from: daysAgo(40), to: daysAgo(39) },
  'one request': { request_id: 'req_none' },
};

test.each(['all', 'mine'] as const)('pages of %s calls are short work wherever they are', async (scope) => {
  const { list, get } = server.admin.client.logs;
  for (const [name, filter] of Object.entries(FILTERS)) {
    const { items } = await timed(`log of ${scope}: ${name}`, () => list.query({ scope, ...filter }));
    for (const item of items) {
      if (filter.model !== undefined) expect(item.model_name).toBe(filter.model);
      if (filter.status !== undefined) expect(item.status).toBe(filter.status);
    }
  }
  const [middle] = await em().execute<{ id: string; at: string }[]>(
    `select id::text, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
     from aigcspace.api_call_log where user_id = ? order by created_at offset ? limit 1`,
    [server.admin.id, Math.floor(CALLS / 6)],
  );
  const cursor = Buffer.from(`${middle?.at} ${middle?.id}`).toString('base64url');
  const page = await timed(`log of ${scope}: in the middle`, () => list.query({ scope, cursor }));
  expect(page.items).toHaveLength(50);
  await timed(`log of ${scope}: one call`, () => get.query({ id: middle?.id ?? '' }));
  await timed(`log of ${scope}: filters`, () => server.admin.client.logs.facets.query({ scope }));
});

test('other lists', async () => {
  const { billing, keys, models, adminModels } = server.admin.client;
  const ledger = await timed('ledger', () => billing.ledger.query({}));
  expect(ledger.items).toHaveLength(50);
  const topups = await timed('ledger: top-ups', () => billing.ledger.query({ kind: 'topup' }));
  expect(topups.items).toHaveLength(1);
  await timed('keys', () => keys.list.query());
  await timed('models', () => models.list.query());
  await timed('models of administrators', () => adminModels.list.query());
});

test.each(['csv', 'ndjson'] as const)(
  'the export as %s holds every call once, and is read as it is sent',
  {
    timeout: 600_000,
  },
  async (format) => {
    const startedMs = performance.now();
    const startRss = process.memoryUsage().rss;
    const answer = await fetch(`${server.origin}/api/platform/call-logs.${format}?scope=all`, {
      headers: { cookie: server.admin.cookie },
    });
    expect(Number(answer.headers.get('x-estimated-rows'))).toBe(CALLS);
    let [lines, bytes, topRss] = [0, 0, startRss];
    for await (const piece of answer.body ?? []) {
      for (const byte of piece) if (byte === 0x0a) lines += 1;
      bytes += piece.length;
      topRss = Math.max(topRss, process.memoryUsage.rss());
    }
    expect(lines).toBe(CALLS + (format === 'csv' ? 1 : 0));
    if (!IS_MEASURED) return;
    const [seconds, megabytes, grown] = [
      (performance.now() - startedMs) / 1000,
      bytes / 1e6,
      (topRss - startRss) / 1e6,
    ].map((value) => value.toFixed(1));
    process.stdout.write(
      `export as ${format}: ${seconds} s, ${megabytes} MB, the process grew by ${grown} MB\n`,
    );
  },
);

/** How the database reads a page of everyone's log. */
async function planOf(filter: Partial<CallLogFilter>, position: LogPosition | null = null): Promise<string> {
  const condition = filterCondition(CLI_ACTOR, { scope: 'all', ...filter });
  const after = afterCondition(position);
  const plan = await em().execute<Record<'QUERY PLAN', string>[]>(
    `explain ${SELECT_CALL_LOG} where ${condition.sql} and ${after.sql} order by l.created_at desc, l.id desc limit 51`,
    [...condition.params, ...after.params],
  );
  return plan.map((line) => line['QUERY PLAN']).join('\n');
}

test('calls with a rare reason are found by an index on it', async () => {
  expect(await planOf({ error_code: 'none' })).toMatch(/error_code_created_at_id_idx/);
});

test('a page reads the months of its period by an index, and no other month', async () => {
  const [from, to] = [daysAgo(40), daysAgo(39)];
  const text = await planOf({ from, to }, { createdAt: to, id: '1' });
  expect(text).not.toMatch(/Seq Scan on api_call_log/);
  const months = new Set([from, to].map((time) => `y${time.slice(0, 4)}m${time.slice(5, 7)}`));
  expect(new Set([...text.matchAll(/on api_call_log_(\w+)/g)].map(([, month]) => month))).toEqual(months);
});
