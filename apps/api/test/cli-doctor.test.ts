import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@aigc/shared/ids';
import { openOrm, type Orm } from '@aigc/db/orm';
import { afterAll, beforeEach, expect, test } from 'vitest';
import type { NamedFinding } from '../src/checks/finding.ts';
import { runInProcess } from './support/cli-in-process.ts';
import { callLogger } from './support/logged-calls.ts';
import { runCli } from './support/run-cli.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

/** An installation of its own for every test, because every test breaks it. */
let database: TestDatabase;
let dataDir: string;
let orm: Orm;
const closing: Server[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'aigc-doctor-'));
  orm = await openOrm({ connectionString: database.connectionString, poolSize: 2 });
  const args = ['install', '--email', 'ops@example.com', '--password', 'correct horse'];
  expect(await runInProcess(args, env())).toMatchObject({ code: 0 });
  return async () => {
    await orm.close(true);
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
});
afterAll(() => {
  for (const server of closing) server.close();
});

const env = (more: Record<string, string> = {}) => ({
  DATABASE_URL: database.connectionString,
  DATA_DIR: dataDir,
  PORT: '0',
  ...more,
});

const run = (sql: string, params: unknown[] = []) => orm.em.fork().execute(sql, params);

interface Examination {
  code: number | null;
  ok: boolean;
  findings: NamedFinding[];
  /** Findings of one check that are not `ok`, as `status: message → fix`. */
  about(name: string): string[];
}

async function examine(more: Record<string, string> = {}, ...options: string[]): Promise<Examination> {
  const { code, stdout } = await runInProcess(['doctor', '--json', ...options], env(more));
  const { ok, findings } = JSON.parse(stdout) as Pick<Examination, 'ok' | 'findings'>;
  return {
    code,
    ok,
    findings,
    about: (name) =>
      findings
        .filter((finding) => finding.name === name && finding.status !== 'ok')
        .map(({ status, message, fix }) => `${status}: ${message} → ${fix ?? ''}`),
  };
}

test('a healthy installation passes every check, and looking changes nothing', async () => {
  const countRows = () =>
    run(
      'select (select count(*) from aigcspace.audit_log) as audits, (select count(*) from aigcspace.settings) as settings',
    );
  const before = await countRows();
  const { code, ok, findings } = await examine();
  expect(findings.filter(({ status }) => status === 'fail' || status === 'skip')).toEqual([]);
  expect({ code, ok }).toEqual({ code: 0, ok: true });
  expect(findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['node', 'database', 'balances', 'holds', 'call-log', 'outbound', 'latency']),
  );
  expect(await countRows()).toEqual(before);
});

test('a broken installation exits with 1 and says under each fault how to mend it', async () => {
  await chmod(join(dataDir, 'secret-keys'), 0o644);
  await run("update aigcspace.accounts set balance = 5, held = 2 where organisation_id <> 'org_platform'");
  const { code, stdout, stderr } = await runCli(['doctor'], env());
  expect(code).toBe(1);
  expect(stderr).toContain('3 to mend');
  const lines = stdout.split('\n').map((line) => line.trim());
  const after = (start: string) => lines[lines.findIndex((line) => line.startsWith(start)) + 1];
  expect(after('fail  secret-keys')).toBe(`→ chmod 600 ${join(dataDir, 'secret-keys')}`);
  expect(stdout).toContain('may be read by other users (mode 0644)');
  expect(stdout).toContain('the balance of ops@example.com is 5, but their ledger entries add up to 0');
  expect(after('fail  balances')).toContain('update aigcspace.accounts set balance = 0 where id =');
  expect(stdout).toContain('2 is held of the balance of ops@example.com, but their running calls hold 0');
});

test('a log with missing, changed or unbooked calls is incomplete', async () => {
  const [ops] = await orm.em.fork().execute<{ id: string }[]>('select id from aigcspace.users');
  await runInProcess(['user', 'top-up', 'ops@example.com', '10'], env());
  const log = await callLogger({ orm, connectionString: database.connectionString }, ops?.id ?? '');
  for (const bill of ['1', '2', '3', '0']) await log({ bill });
  expect((await examine()).about('call-log')).toEqual([]);
  // Bills that nothing in their rows explains.
  expect((await examine()).about('bills')).toEqual([expect.stringContaining('4 bills of the newest calls')]);
  await run('delete from aigcspace.api_call_log where bill = 1');
  await run('update aigcspace.api_call_log set bill = 4 where bill = 2');
  const { code, about } = await examine();
  expect(code).toBe(1);
  expect(about('call-log')).toEqual([
    expect.stringContaining('1 billed call of the last week lack'),
    expect.stringContaining('1 call of the last week were booked with another amount'),
    expect.stringContaining('the hourly sums of the last week have 1 calls more than the log'),
  ]);
  // The ledger itself is whole.
  expect(about('balances')).toEqual([]);
});

test('calls of a dead process are found; those of a living one are left alone', async () => {
  const [dead, living] = [newId('ins'), newId('ins')];
  const holds =
    'insert into aigcspace.holds (request_id, amount, instance_id, call) values (?, 0, ?, ?::jsonb)';
  await run(holds, ['req_dead', dead, '{}']);
  await run(holds, ['req_living', living, '{}']);
  await orm.em.fork().transactional(async (em) => {
    await em.execute("select pg_advisory_xact_lock(hashtextextended('aigc-instance:' || ?, 0))", [living]);
    expect((await examine()).about('holds')).toEqual([
      expect.stringContaining('1 call of a process that is gone still hold money → Start the server'),
    ]);
  });
  await run('delete from aigcspace.holds where instance_id = ?', [dead]);
  await orm.em.fork().transactional(async (em) => {
    await em.execute("select pg_advisory_xact_lock(hashtextextended('aigc-instance:' || ?, 0))", [living]);
    expect((await examine()).about('holds')).toEqual([]);
  });
});

test('models that cannot be called, providers without keys and addresses that are refused are named', async () => {
  await run("update aigcspace.models set input_price = null where title = 'demo-chat'");
  await run("update aigcspace.models set is_api_enabled = false where title = 'demo-vision'");
  await run(
    `insert into aigcspace.providers (name, preset, dialect, base_url) values
       ('Keyless', 'openai', 'openai-compatible', 'https://api.openai.com/v1'),
       ('Inside', null, 'openai-compatible', 'http://10.1.2.3:8000/v1')`,
  );
  await run(
    `insert into aigcspace.settings (key, value) values ('upstream_allow', '["10.0.0.0/7:*", "nonsense"]')`,
  );
  const { about } = await examine({ HOST: '0.0.0.0', UPSTREAM_ALLOW_LOOPBACK: 'true' });
  expect(about('models')).toEqual([
    expect.stringContaining('without a price, so refused: demo-chat'),
    expect.stringContaining('there is no active vision model'),
  ]);
  expect(about('providers')).toEqual([expect.stringContaining('need: Keyless')]);
  const outbound = about('outbound');
  expect(outbound[0]).toContain('"nonsense"');
  expect(outbound[1]).toContain('open far more than a network: 10.0.0.0/7:*');
  expect(outbound[2]).toContain('users may call every port of this machine');
  await run("update aigcspace.settings set value = '[]' where key = 'upstream_allow'");
  expect((await examine()).about('outbound')).toEqual([
    'fail: the address of the provider Inside is private and may not be called → Add 10.1.2.3:8000 to the allowed addresses in the panel, or to UPSTREAM_ALLOW.',
  ]);
});

test('refused keys and slow answers of the last day are told with their models', async () => {
  const rollup = (model: string, hoursAgo: number, columns: { latency?: string; errors?: string }) =>
    run(
      `insert into aigcspace.call_rollups
         (hour, user_id, organisation_id, api_key_id, model_name, is_local, calls, failed, latency_buckets, errors)
       select date_trunc('hour', now() - ? * interval '1 hour', 'UTC'), u.id, m.organisation_id, 0, ?, false, 30, 0, ?::jsonb, ?::jsonb
       from aigcspace.users u join aigcspace.memberships m on m.user_id = u.id`,
      [hoursAgo, model, columns.latency ?? '{}', columns.errors ?? '{}'],
    );
  // Buckets are powers of 1.1: 73 is about a second, 97 about ten.
  await rollup('slow-model', 50, { latency: '{"73": 30}' });
  await rollup('slow-model', 2, { latency: '{"97": 30}' });
  await rollup('fast-model', 50, { latency: '{"73": 30}' });
  await rollup('fast-model', 2, { latency: '{"73": 30}' });
  await rollup('locked-model', 2, { errors: '{"upstream_auth_failed": 7}' });
  await rollup('locked-model', 30, { errors: '{"upstream_timeout": 7}' });
  const { about } = await examine();
  expect(about('latency')).toHaveLength(1);
  expect(about('latency')[0]).toMatch(/^warn: slow-model is slow: .* took 10\d+ ms .*\(before: 1\d+ ms\)/);
  expect(about('failures')).toEqual([
    expect.stringMatching(/^warn: 7 calls .* the upstream refused our key: locked-model → Enter the key/),
  ]);
});

async function listenOnLoopback(status: number): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((req, res) => {
    seen.push(`${req.method} ${req.url} ${req.headers.authorization ?? 'no key'}`);
    res.writeHead(status, { 'content-type': 'application/json' }).end('{"data":[]}');
  });
  closing.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, seen };
}

test('providers are connected to only when asked, and each is told by what it answers', async () => {
  const good = await listenOnLoopback(200);
  const locked = await listenOnLoopback(401);
  const provide = (name: string, baseUrl: string, dialect = 'openai-compatible') =>
    run('insert into aigcspace.providers (name, dialect, base_url) values (?, ?, ?)', [
      name,
      dialect,
      baseUrl,
    ]);
  await provide('Good', `http://127.0.0.1:${good.port}/v1`);
  await provide('Locked', `http://127.0.0.1:${locked.port}/v1/chat/completions`);
  await provide('Private', 'http://10.1.2.3/v1');
  await provide('Own', `http://127.0.0.1:${good.port}/answer`, 'custom-function');
  await provide('Gemini', `http://127.0.0.1:${good.port}/v1beta`, 'gemini');
  await provide('Vertex', `http://127.0.0.1:${good.port}/v1`, 'vertex');
  expect((await examine()).findings.some(({ name }) => name === 'network')).toBe(false);
  expect(good.seen).toEqual([]);
  const { findings } = await examine({}, '--network');
  expect(
    findings.filter(({ name }) => name === 'network').map(({ status, message }) => `${status}: ${message}`),
  ).toEqual([
    'ok: Gemini answers',
    'ok: Good answers',
    'fail: Locked wants a key (HTTP 401)',
    'ok: Own answers',
    'fail: Private cannot be reached. The address is private or reserved, and calling it is not allowed here.',
    expect.stringMatching(/^fail: Vertex takes no call. The service account is not JSON/),
  ]);
  expect(good.seen.toSorted()).toEqual([
    'GET /answer no key',
    'GET /v1/models no key',
    'GET /v1beta/models?pageSize=1000 no key',
  ]);
  expect(locked.seen).toEqual(['GET /v1/models no key']);
});

test('other key-encryption keys than the installation’s are found without showing any', async () => {
  const wrong = Buffer.alloc(32, 9).toString('base64');
  const { code, findings, about } = await examine({ SECRET_KEYS: `1:${wrong}` });
  expect(code).toBe(1);
  expect(about('stored-secrets')[0]).toContain('SECRET_KEYS holds another key 1');
  expect(JSON.stringify(findings)).not.toContain(wrong);
});

test('a taken port is found', async () => {
  const { port } = await listenOnLoopback(200);
  expect((await examine({ PORT: String(port) })).about('address')).toEqual([
    `fail: another program has 127.0.0.1:${port} → Stop that program, or set PORT to a free port.`,
  ]);
});

test('without its database the rest is still examined; an older database is told from a broken one', async () => {
  const gone = await examine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  expect(gone.code).toBe(1);
  expect(gone.about('database')[0]).toMatch(/^fail: The database cannot be used: .* → Check DATABASE_URL/);
  expect(gone.findings.map(({ name }) => name)).toContain('secret-keys');
  const empty = await createTestDatabase('empty');
  const old = await examine({ DATABASE_URL: empty.connectionString });
  expect(old.about('migrations')[0]).toContain('npm run cli -- migrate');
  expect(old.about('balances')[0]).toContain('skip');
  const tables = await openOrm({ connectionString: empty.connectionString, poolSize: 1 });
  expect(await tables.em.fork().execute("select 1 from pg_namespace where nspname = 'aigcspace'")).toEqual(
    [],
  );
  await tables.close(true);
  await empty.drop();
});

test('a variable that cannot be read is the one finding', async () => {
  const { code, findings } = await examine({ PORT: 'eighty' });
  expect(code).toBe(1);
  expect(findings).toMatchObject([
    { name: 'environment', status: 'fail', message: 'PORT must be a port from 0 to 65535.' },
  ]);
});

test('a plug-in that cannot be loaded is named with its fault, and one that can is not', async () => {
  const example = new URL('../../../examples/provider-plugin', import.meta.url).pathname;
  const { about, findings } = await examine({ PLUGINS: `${example},./no-such-plugin` });
  expect(about('plugins')).toEqual([
    expect.stringMatching(/^fail: the plug-in .\/no-such-plugin is left out: there is nothing at .* → Mend/),
  ]);
  expect(findings.some(({ message }) => message.includes('no-such-plugin'))).toBe(true);
  expect((await examine({ PLUGINS: example })).about('plugins')).toEqual([]);
});
