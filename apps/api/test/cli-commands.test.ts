import { sealBodies } from '@aigc/core/call-bodies/kept-bodies';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from './support/cli-in-process.ts';
import { callLogger } from './support/logged-calls.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';
import {
  startTestServer,
  TEST_PASSWORD,
  TEST_SECRET_KEYS,
  type TestServer,
  type TestUser,
} from './support/test-server.ts';

/** Commands beside a running server, on the same database: what they change is effective there at once. */
let database: TestDatabase;
let server: TestServer;
let ann: TestUser;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'aigc-cli-'));
  server = await startTestServer({ connectionString: database.connectionString });
  ann = await server.createUser({ email: 'ann@example.com' });
});
afterAll(async () => {
  await server.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const cli = (...args: string[]) =>
  runInProcess(args, {
    DATABASE_URL: database.connectionString,
    DATA_DIR: dataDir,
    SECRET_KEYS: TEST_SECRET_KEYS,
  });

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(...args);
  expect(code, stderr).toBe(0);
  return stdout;
}

const rows = <T>(sql: string, params: unknown[] = []) =>
  server.container.orm.em.fork().execute<T[]>(sql, params);

async function statusOf(key: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  return (await fetch(`${server.origin}/v1/models`, { headers })).status;
}

/** The running server is told of what another process did. */
const becomes = (key: string, status: number) =>
  expect.poll(() => statusOf(key), { timeout: 5_000 }).toBe(status);

test('an installed platform is not installed again', async () => {
  const again = await cli('install', '--email', 'eve@example.com', '--password', TEST_PASSWORD);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('already set up');
  expect(await cli('user', 'set-role', 'eve@example.com', 'admin')).toMatchObject({
    code: 1,
    stderr: 'There is no user eve@example.com.\n',
  });
});

test('a created user can sign in, whatever the case of the address; the address is taken then', async () => {
  const args = [
    'user',
    'create',
    '--email',
    'Bob@Example.com',
    '--name',
    '鲍勃',
    '--password',
    TEST_PASSWORD,
  ];
  expect(await done(...args)).toBe('Created the user bob@example.com.\n');
  expect(await server.signIn('bob@example.com', TEST_PASSWORD)).toContain('aigc_session=');
  expect(await cli(...args)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'There is already an account with this e-mail address.\n',
  });
});

test('a top-up is on the balance and in the ledger, to the tenth decimal', async () => {
  expect(await done('user', 'top-up', 'ann@example.com', '12.0000000001', '--note', 'May')).toBe(
    'The balance of ann@example.com is now 12.0000000001 CNY.\n',
  );
  const { items } = await ann.client.billing.ledger.query({});
  expect(items).toMatchObject([{ kind: 'topup', amount: '12.0000000001', note: 'May', actor_email: null }]);
  const table = await done('user', 'list');
  expect(table).toContain('balance (CNY)');
  expect(table).toMatch(/ann@example\.com +Somebody +user +active +12\.0000000001 /);
  expect(table).toMatch(/bob@example\.com +鲍勃 +user +active +0\.0000000000 /);
  expect(JSON.parse(await done('user', 'list', '--json'))).toContainEqual(
    expect.objectContaining({ email: 'ann@example.com', balance: '12.0000000001' }),
  );
});

test('a key is shown once, and what is done to it holds within a second', async () => {
  const created = await done('key', 'create', '--user', 'ann@example.com', '--name', 'Nightly job');
  const key = created.trim();
  expect(created).toBe(`${key}\n`);
  expect(await statusOf(key)).toBe(200);
  const list = await done('key', 'list', '--user', 'ann@example.com', '--json');
  expect(list).not.toContain(key);
  const [listed] = JSON.parse(list) as { id: number }[];
  expect(listed).toMatchObject({ name: 'Nightly job', kind: 'model', last_four: key.slice(-4) });
  expect(await done('key', 'list')).toContain(`${key.slice(0, 12)}…${key.slice(-4)}`);
  const id = String(listed?.id);
  await done('key', 'disable', id);
  await becomes(key, 403);
  await done('key', 'enable', id);
  await becomes(key, 200);
  await done('key', 'delete', id);
  await becomes(key, 401);
  expect(await cli('key', 'delete', id)).toMatchObject({ code: 1, stderr: 'There is no such API key.\n' });
});

test('a key is made with bounds, bound anew, and rotated, with none and with grace', async () => {
  const bounds = [
    '--rpm',
    '60',
    '--models',
    'demo-chat, qwen-plus',
    '--budget',
    '50/month',
    '--expires',
    '90d',
  ];
  const first = (
    await done('key', 'create', '--user', 'ann@example.com', '--name', 'Bound', ...bounds)
  ).trim();
  const listed = async () => {
    const keys = JSON.parse(await done('key', 'list', '--json')) as { id: number; name: string }[];
    const key = keys.find(({ name }) => name === 'Bound');
    if (key === undefined) throw new Error('the key is not listed');
    return key;
  };
  expect(await listed()).toMatchObject({
    rpm_limit: 60,
    allowed_models: ['demo-chat', 'qwen-plus'],
    budget: '50',
    budget_period: 'month',
    expires_at: expect.stringMatching(/Z$/) as string,
  });
  const id = String((await listed()).id);
  await done('key', 'limit', id, '--budget', 'none', '--ips', '127.0.0.1,::1', '--expires', 'none');
  expect(await listed()).toMatchObject({
    rpm_limit: 60,
    budget: null,
    allowed_ips: ['127.0.0.1', '::1'],
    expires_at: null,
  });
  expect(await cli('key', 'limit', id)).toMatchObject({ code: 2 });
  expect(await cli('key', 'limit', id, '--ips', 'example.com')).toMatchObject({ code: 2 });
  expect(await cli('key', 'rotate', id, '--grace', '31d')).toMatchObject({ code: 2 });
  const second = (await done('key', 'rotate', id)).trim();
  await becomes(second, 200);
  await becomes(first, 200);
  const third = (await done('key', 'rotate', id, '--grace', '0')).trim();
  await becomes(second, 401);
  await becomes(first, 401);
  await becomes(third, 200);
});

test('the last administrator stays one', async () => {
  for (const args of [
    ['user', 'set-role', 'admin@example.com', 'user'],
    ['user', 'deactivate', 'admin@example.com'],
  ]) {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(1);
    expect(stderr).toContain('last active administrator');
  }
});

test('deactivation and a new password end every session; a new role counts at once', async () => {
  const isSignedIn = async () =>
    (await server.client({ cookie: ann.cookie }).viewer.get.query()).viewer !== null;
  await done('user', 'set-role', 'ann@example.com', 'admin');
  expect((await ann.client.viewer.get.query()).viewer?.role).toBe('admin');
  await done('user', 'set-role', 'ann@example.com', 'user');
  await done('user', 'reset-password', 'ann@example.com', '--password', 'a new password');
  expect(await isSignedIn()).toBe(false);
  await expect(server.signIn('ann@example.com', TEST_PASSWORD)).rejects.toThrow('signing in failed');
  ann.cookie = await server.signIn('ann@example.com', 'a new password');
  expect(await isSignedIn()).toBe(true);
  expect(await done('user', 'deactivate', 'ann@example.com')).toBe(
    'ann@example.com: role user, deactivated.\n',
  );
  expect(await isSignedIn()).toBe(false);
  const refused = await cli('key', 'create', '--user', 'ann@example.com', '--name', 'x');
  expect(refused).toMatchObject({ code: 1, stderr: 'There is no such active user.\n' });
  await done('user', 'activate', 'ann@example.com');
});

test('every change was audited as the command line’s, without a password', async () => {
  const entries = await rows<{ action: string }>(
    "select action, before, after from aigcspace.audit_log where actor_kind = 'cli' and actor_user_id is null order by id",
  );
  expect(entries.map(({ action }) => action)).toEqual([
    'user.create',
    'billing.top_up',
    'api_key.create',
    'api_key.update',
    'api_key.update',
    'api_key.delete',
    'api_key.create',
    'api_key.update',
    'api_key.rotate',
    'api_key.rotate',
    'user.update',
    'user.update',
    'user.reset_password',
    'user.update',
    'user.update',
  ]);
  const text = JSON.stringify(entries);
  for (const secret of [TEST_PASSWORD, 'a new password']) expect(text).not.toContain(secret);
});

test('the log shows the newest calls that the filters find, and nothing that steers a terminal', async () => {
  const admin = await callLogger(server.container, server.admin.id);
  const other = await callLogger(server.container, ann.id);
  await admin({ model: 'old', createdAt: '2026-01-31T23:30:00.000Z', bill: '0' });
  await admin({ model: 'failing', errorCode: 'upstream_timeout', errorMessage: 'It took\n\u001b[31mlong.' });
  await other({ model: '通义千问' });
  const { requestId } = await admin({ model: 'newest' });
  const models = async (...args: string[]) =>
    (await done('log', '--json', ...args))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { model_name: string }).model_name)
      // Calls of other tests that were refused before a model was named.
      .filter((name) => name !== '');
  expect(await models()).toEqual(['old', 'failing', '通义千问', 'newest']);
  expect(await models('--limit', '2')).toEqual(['通义千问', 'newest']);
  expect(await models('--since', '1h')).toEqual(['failing', '通义千问', 'newest']);
  expect(await models('--until', '2026-02-01T00:00:00Z')).toEqual(['old']);
  expect(await models('--status', 'failed')).toEqual(['failing']);
  expect(await models('--user', 'ann@example.com')).toEqual(['通义千问']);
  expect(await models('--model', 'old')).toEqual(['old']);
  expect(await models('--request', requestId)).toEqual(['newest']);
  expect(await models('--key', '2147483647')).toEqual([]);
  const table = await done('log', '--status', 'failed');
  expect(table).toContain('upstream_timeout: It took \ufffd[31mlong.');
  expect(table).not.toContain('\u001b');
});

test('what a call asked and was answered is shown on request, and that it was is written down', async () => {
  const { requestId } = await (await callLogger(server.container, ann.id))();
  await server.admin.client.adminSettings.update.mutate({ body_log_mode: 'all' });
  const body = (text: string) => ({ contentType: 'text/plain', text, bytes: 99, isTruncated: false });
  const owner = { requestId, userId: ann.id };
  const bodies = { request: body('asked\n\u001b[31mred'), answer: body('answered') };
  const sealed = await sealBodies(server.container.secrets, owner, bodies);
  await rows(
    'insert into aigcspace.call_bodies (request_id, user_id, sealed, created_at) values (?, ?, ?, now())',
    [requestId, ann.id, sealed],
  );
  const shown = await done('log', '--request', requestId, '--bodies');
  expect(shown).toContain('Request: text/plain\nasked\n\ufffd[31mred\n');
  expect(shown).toContain('Answer: text/plain\nanswered\n');
  expect(
    await rows("select actor_kind, target_id from aigcspace.audit_log where action = 'call.read_bodies'"),
  ).toEqual([{ actor_kind: 'cli', target_id: requestId }]);
  expect((await cli('log', '--bodies')).stderr).toContain('name it with --request');
  expect((await cli('doctor')).stdout).toContain('requests and answers of all calls are kept for 7 days');
  await server.admin.client.adminSettings.update.mutate({ body_log_mode: 'off' });
});
