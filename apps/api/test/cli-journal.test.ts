import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_USAGE, type BegunCall } from '@aigc/core/calls/call';
import type { Settlement } from '@aigc/core/calls/call-books';
import { recoverJournals } from '@aigc/core/calls/recover-journals';
import { JournalDamagedError } from '@aigc/core/journal/journal-errors';
import { Journal } from '@aigc/core/journal/journal';
import { openOrm, type Orm } from '@aigc/db/orm';
import { newId } from '@aigc/shared/ids';
import { beforeEach, expect, test } from 'vitest';
import { startApp } from '../src/app.ts';
import type { NamedFinding } from '../src/checks/finding.ts';
import { readEnv } from '../src/env.ts';
import { createLog } from '../src/log.ts';
import { isOperatorError, operatorMessage } from '../src/operator-error.ts';
import { runInProcess } from './support/cli-in-process.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let dataDir: string;
let orm: Orm;
let tenant: { user_id: string; organisation_id: string; project_id: string; account_id: string };

beforeEach(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'aigc-journal-cli-'));
  orm = await openOrm({ connectionString: database.connectionString, poolSize: 2 });
  await run('install', '--email', 'ops@example.com', '--password', 'correct horse');
  await run('user', 'top-up', 'ops@example.com', '100');
  [tenant = tenant] = await query<typeof tenant>(
    `select m.user_id, m.organisation_id, p.id as project_id, a.id as account_id from aigcspace.memberships m
     join aigcspace.projects p on p.organisation_id = m.organisation_id
     join aigcspace.accounts a on a.organisation_id = m.organisation_id`,
  );
  return async () => {
    await orm.close(true);
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
});

const silentLog = createLog({ level: 'silent', isForPeople: false });
const env = () => ({ DATABASE_URL: database.connectionString, DATA_DIR: dataDir, PORT: '0' });
const query = <Row>(sql: string, parameters: unknown[] = []) => orm.em.fork().execute<Row[]>(sql, parameters);

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runInProcess(args, env());
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await runInProcess(args, env());
  expect(code).toBe(1);
  return stderr;
}

async function about(name: string): Promise<string[]> {
  const { stdout } = await runInProcess(['doctor', '--json'], env());
  const { findings } = JSON.parse(stdout) as { findings: NamedFinding[] };
  return findings
    .filter((finding) => finding.name === name && finding.status !== 'ok')
    .map(({ status, message }) => `${status}: ${message}`);
}

function settlement(bill: string): Settlement {
  const call: BegunCall = {
    requestId: newId('req'),
    userId: tenant.user_id,
    organisationId: tenant.organisation_id,
    projectId: tenant.project_id,
    apiKeyId: null,
    modelId: null,
    modelName: 'some-model',
    provider: null,
    endpoint: 'chat/completions',
    source: 'api',
    isLocal: false,
    isStream: false,
    price: { inputPrice: '1', outputPrice: '1' },
    requestIp: null,
    createdAt: new Date().toISOString(),
  };
  return {
    call,
    outcome: {
      status: 'success',
      httpStatus: 200,
      errorCode: null,
      errorMessage: null,
      usage: NO_USAGE,
      bill,
      latencyMs: 1,
      ttftMs: null,
    },
    idempotency: null,
    spending: { accountId: tenant.account_id, covered: bill, budget: null },
  };
}

/** What a process that was killed leaves: settlements on disk, a lease of fifty in the database. */
async function deadJournal(id: string, bills: readonly string[]): Promise<string> {
  await query('insert into aigcspace.journal_positions (journal_id, host) values (?, ?)', [
    id,
    'some-machine',
  ]);
  await query('update aigcspace.accounts set leased = leased + 50 where id = ?', [tenant.account_id]);
  await query('insert into aigcspace.leases (journal_id, account_id, amount) values (?, ?, 50)', [
    id,
    tenant.account_id,
  ]);
  const directory = join(dataDir, 'journal');
  const journal = await Journal.open({ directory, id, onFatal: () => undefined });
  for (const bill of bills) await journal.settle(settlement(bill));
  await journal.close({ isDrained: false });
  return join(directory, id);
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const recover = () =>
  recoverJournals({
    connectionString: database.connectionString,
    directory: join(dataDir, 'journal'),
    log,
  });
const balance = async () => {
  const [row] = await query<{ balance: string; leased: string }>(
    'select balance::float8::text as balance, leased::float8::text as leased from aigcspace.accounts where id = ?',
    [tenant.account_id],
  );
  return row;
};

test('a journal of a process that is gone is listed, named by doctor, and not given up while it is here', async () => {
  const path = await deadJournal('ins_dead', ['1', '2']);
  expect(await run('journal', 'list')).toMatch(/ins_dead +waits for the next start +some-machine +0 +50/);
  expect(await about('journals')).toEqual([
    'warn: 2 settled calls of a process that is gone are on disk only',
  ]);
  expect(await refused('journal', 'abandon', 'ins_dead')).toContain(path);
  expect(await refused('journal', 'abandon', 'ins_unknown')).toContain(
    'knows no open journal of ins_unknown',
  );
  expect(await refused('journal', 'inspect', '../secrets')).toContain('There is no journal of ../secrets');
});

test('a journal whose files are lost is given up, and its money is free again', async () => {
  const path = await deadJournal('ins_lost', ['1']);
  await rm(path, { recursive: true });
  expect(await about('journals')).toEqual([
    'warn: the journal of ins_lost on some-machine is not here, and 50 is set aside for it',
  ]);
  await query("insert into aigcspace.instances (instance_id, home) values ('ins_lost', 'elsewhere')");
  expect(await refused('journal', 'abandon', 'ins_lost')).toContain('Try again when it is silent');
  await query("update aigcspace.instances set seen_at = now() - interval '1 minute'");
  expect(await run('journal', 'abandon', 'ins_lost')).toContain('50 is free again');
  expect(await balance()).toEqual({ balance: '100', leased: '0' });
  expect(await run('journal', 'list')).toContain('There are no open journals.');
  expect(await about('journals')).toEqual([]);
});

test('a segment damaged in its middle stops recovery and start by name; salvaged, everything readable is entered', async () => {
  const path = await deadJournal('ins_torn', ['1', '2', '4']);
  const [segment = ''] = (await readdir(path)).filter((name) => name.endsWith('.journal'));
  const file = await open(join(path, segment), 'r+');
  const bytes = Buffer.alloc(4096);
  await file.read(bytes, 0, bytes.length, 0);
  const second = bytes.indexOf('"bill":"2"');
  await file.write(Buffer.from('X'), 0, 1, second + 8);
  await file.close();

  const failure = await recover().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(JournalDamagedError);
  expect(failure).toMatchObject({
    message: expect.stringContaining('npm run cli -- journal salvage ins_torn') as string,
  });
  // So does a start of the product, and says to its operator why.
  const start = { env: readEnv(env()), log: silentLog, connectionString: database.connectionString };
  const started = await startApp({ ...start, report: () => undefined }).catch((error: unknown) => error);
  expect(isOperatorError(started) && operatorMessage(started)).toContain(segment);
  expect(await balance()).toEqual({ balance: '100', leased: '50' });
  expect((await about('journals'))[0]).toContain(segment);
  expect(await run('journal', 'inspect', 'ins_torn')).toMatch(/ 2 +\d+ +damaged/);
  expect(await run('journal', 'salvage', 'ins_torn')).toContain('Every readable record is kept');
  expect(await recover()).toMatchObject({ entered: 2, interrupted: 0 });
  expect(await balance()).toEqual({ balance: '95', leased: '0' });
  // The damaged bytes are kept.
  expect(await readdir(join(dataDir, 'journal-damaged', 'ins_torn'))).toEqual([`${segment}.damaged`]);
});

test('what the database refused is named by doctor and entered once the cause is mended', async () => {
  await deadJournal('ins_dead', ['1', '2']);
  await query('alter table aigcspace.api_call_log add constraint no_twos check (bill <> 2)');
  expect(await recover()).toMatchObject({ entered: 1, quarantined: 1 });
  expect(await balance()).toEqual({ balance: '99', leased: '0' });
  expect(await about('journals')).toEqual([
    'fail: 1 settlement could not be entered: their calls are not in the log and not billed',
  ]);
  expect(await refused('journal', 'retry')).toContain('still set aside');
  await query('alter table aigcspace.api_call_log drop constraint no_twos');
  expect(await run('journal', 'retry')).toMatch(/^Entered req_/);
  expect(await run('journal', 'retry')).toContain('No settlement is set aside.');
  expect(await balance()).toEqual({ balance: '97', leased: '0' });
  expect([await about('journals'), await about('balances'), await about('leases')]).toEqual([[], [], []]);
});

test('money that is lent without a lease is named by doctor', async () => {
  await query('update aigcspace.accounts set leased = 3 where id = ?', [tenant.account_id]);
  expect(await about('leases')).toEqual([
    'fail: 3 of the balance of ops@example.com is lent to processes, but their leases add up to 0',
  ]);
});
