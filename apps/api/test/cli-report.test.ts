import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platformKeyKind } from '@aigc/shared/platform-key';
import { openOrm } from '@aigc/db/orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from './support/cli-in-process.ts';
import { runCli, type CliResult } from './support/run-cli.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

/** An installation on a database of its own server, set up by the command line, with sums of three days. */
let database: TestDatabase;
let dataDir: string;
let installed: CliResult;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'aigc-cli-report-'));
  installed = await runCli(
    ['install', '--email', 'ops@example.com', '--name', 'Ops', '--password-stdin'],
    env(),
    'correct horse\r\n',
  );
  const orm = await openOrm({ connectionString: database.connectionString, poolSize: 1 });
  await orm.em.fork().execute(
    `insert into aigcspace.call_rollups
       (hour, user_id, organisation_id, api_key_id, model_name, is_local, calls, failed, input_tokens, output_tokens, cost)
     select hour::timestamptz, u.id, m.organisation_id, key, model, false, calls, failed, 10, 20, cost
     from aigcspace.users u join aigcspace.memberships m on m.user_id = u.id,
       (values
         ('2026-02-28T22:00Z', 1, 'plain', 1, 0, 0.1),
         ('2026-02-28T23:00Z', 1, 'plain', 2, 1, 0.2),
         ('2026-03-01T00:00Z', 0, '=SUM(A1)', 3, 0, 0.0000000001),
         ('2026-03-01T18:00Z', 999, '模型,"一"', 4, 4, 12345678901234.1234567891)
       ) as seed (hour, key, model, calls, failed, cost)`,
  );
  await orm.close(true);
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const env = () => ({ DATA_DIR: dataDir, DATABASE_URL: database.connectionString });

const report = async (...args: string[]): Promise<string> => {
  const result = await runInProcess(['report', ...args], env());
  expect(result.code, result.stderr).toBe(0);
  return result.stdout;
};
const csv = async (...args: string[]): Promise<string[]> => {
  const text = await report('--format', 'csv', ...args);
  expect(text.endsWith('\r\n')).toBe(true);
  return text.trimEnd().split('\r\n');
};

test('set-up without INIT_API_KEY prints the first key, alone on standard output', () => {
  expect(installed.code).toBe(0);
  expect(installed.stdout).toMatch(/^sk-aigc-\w{40}\n$/);
  expect(platformKeyKind(installed.stdout.trim())).toBe('model');
  expect(installed.stderr).not.toContain(installed.stdout.trim());
});

test('days are those of the zone, both ends included, and costs are exact', async () => {
  const period = ['--start', '2026-02-28', '--end', '2026-03-01'];
  const header = 'day,calls,failed,input_tokens,output_tokens,cost,currency';
  expect(await csv(...period, '--time-zone', 'UTC')).toEqual([
    header,
    '2026-02-28,3,1,20,40,0.3,CNY',
    '2026-03-01,7,4,20,40,12345678901234.1234567892,CNY',
  ]);
  // An hour later on the clock: the last hour of February's UTC is March's.
  expect(await csv(...period, '--time-zone', 'Europe/Paris')).toEqual([
    header,
    '2026-02-28,1,0,10,20,0.1,CNY',
    '2026-03-01,9,5,30,60,12345678901234.3234567892,CNY',
  ]);
});

test('reports of adjoining days count every hour once, also where days begin at half past', async () => {
  const zone = ['--time-zone', 'Asia/Kolkata'];
  const first = await csv('--start', '2026-02-28', '--end', '2026-03-01', ...zone);
  const second = await csv('--start', '2026-03-02', '--end', '2026-03-02', ...zone);
  const calls = [...first.slice(1), ...second.slice(1)].map((line) => Number(line.split(',')[1]));
  expect(calls.reduce((sum, value) => sum + value, 0)).toBe(10);
});

test('cells that a spreadsheet would run or split are neutralised and quoted', async () => {
  const lines = await csv(
    '--start',
    '2026-02-28',
    '--end',
    '2026-03-01',
    '--time-zone',
    'UTC',
    '--by',
    'model',
  );
  expect(lines).toEqual([
    'model,is_local,calls,failed,input_tokens,output_tokens,cost,currency',
    '"模型,""一""",false,4,4,10,20,12345678901234.1234567891,CNY',
    'plain,false,3,1,20,40,0.3,CNY',
    "'=SUM(A1),false,3,0,10,20,0.0000000001,CNY",
  ]);
});

test('JSON and table show the same sums by user and by key, deleted keys and the playground included', async () => {
  const period = ['--start', '2026-02-28', '--end', '2026-03-01', '--time-zone', 'UTC'];
  const found: unknown = JSON.parse(await report(...period, '--by', 'user', '--format', 'json'));
  const total = {
    calls: 10,
    failed: 5,
    input_tokens: 40,
    output_tokens: 80,
    cost: '12345678901234.4234567892',
  };
  expect(found).toMatchObject({
    currency: 'CNY',
    rows: [{ user_email: 'ops@example.com', ...total }],
    total,
  });
  const table = (await report(...period, '--by', 'key')).trimEnd().split('\n');
  expect(table).toHaveLength(5);
  expect(table[1]).toMatch(/^\(deleted\) +999 +ops@example\.com +4 +4 +10 +20 +12345678901234\.1234567891$/);
  expect(table[2]).toMatch(/^First key +1 .* 0\.3000000000$/);
  expect(table[3]).toMatch(/^\(no key: playground\) .* 0\.0000000001$/);
  expect(table[4]).toMatch(/^total .* 12345678901234\.4234567892$/);
});
