import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEmbeddedPostgres } from '@aigc/db/embedded/embedded-postgres';
import { openOrm, type Orm } from '@aigc/db/orm';
import { platformKeyKind } from '@aigc/shared/platform-key';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callLogger } from './support/logged-calls.ts';
import { startProduct, type ProductProcess } from './support/product-process.ts';
import { runCli, startCli, type CliResult } from './support/run-cli.ts';

/** One installation with the embedded database, from before it exists; the tests are its story, in order. */
let parent: string;
let dataDir: string;
let product: ProductProcess | undefined;
let orm: Orm | undefined;
/** What `key generate` printed, for INIT_API_KEY. */
let initKey: string;

const PASSWORD = 'correct horse battery';

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'aigc-cli-'));
  dataDir = join(parent, 'data');
});
afterAll(async () => {
  await orm?.close(true);
  product?.child.kill('SIGTERM');
  await product?.ended;
  await rm(parent, { recursive: true, force: true });
});

const cli = (args: string[], input = ''): Promise<CliResult> => runCli(args, { DATA_DIR: dataDir }, input);

async function done(args: string[], input = ''): Promise<string> {
  const result = await cli(args, input);
  expect(result, args.join(' ')).toMatchObject({ code: 0 });
  return result.stdout;
}

async function ask(path: string, key: string): Promise<number> {
  const origin = await product?.ready();
  const answer = await fetch(`${origin}/api/v1/${path}`, { headers: { authorization: `Bearer ${key}` } });
  return answer.status;
}

async function rows<T>(sql: string, params: unknown[] = []): Promise<T[]> {
  if (orm === undefined) throw new Error('the database is not open yet');
  return orm.em.fork().execute<T[]>(sql, params);
}

test('a generated key is well formed, stands alone on standard output, and leaves no trace', async () => {
  const result = await cli(['key', 'generate']);
  initKey = result.stdout.trim();
  expect(result).toEqual({ code: 0, stdout: `${initKey}\n`, stderr: '' });
  expect(platformKeyKind(initKey)).toBe('model');
  expect(existsSync(dataDir)).toBe(false);
});

test('what needs an installation says so where there is none, and makes nothing', async () => {
  const [listing, installing] = await Promise.all([cli(['user', 'list']), cli(['install'])]);
  expect(listing).toMatchObject({ code: 1, stdout: '' });
  expect(listing.stderr).toContain('There is no database in');
  // Nobody can be asked here.
  expect(installing).toMatchObject({ code: 2, stdout: '' });
  expect(installing.stderr).toContain('--password-stdin');
  expect(existsSync(dataDir)).toBe(false);
});

test(
  'two migrations at once make the tables once, each with the database to itself',
  { timeout: 60_000 },
  async () => {
    const results = await Promise.all([cli(['migrate']), cli(['migrate'])]);
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    const printed = results.map(({ stdout }) => stdout).toSorted();
    expect(printed[0]).toMatch(/^Applied \S+-foundation\.\n/);
    expect(printed[1]).toBe('The database is up to date.\n');
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  },
);

test(
  'headless set-up takes administrator and key from the environment, prints no key, and runs once',
  { timeout: 60_000 },
  async () => {
    const env = {
      DATA_DIR: dataDir,
      INIT_ADMIN_EMAIL: 'Ops@Example.com',
      INIT_ADMIN_PASSWORD: PASSWORD,
      INIT_API_KEY: initKey,
    };
    const args = ['install', '--platform-name', '我们的平台', '--currency', 'EUR', '--registration', 'open'];
    const result = await runCli(args, env);
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toContain('The administrator is ops@example.com.');
    expect(result.stderr).not.toContain(initKey);
    product = startProduct({ DATA_DIR: dataDir });
    await product.ready();
    expect(product.output()).not.toContain('/setup?token=');
    const connectionString = await findEmbeddedPostgres({ dataDir });
    orm = await openOrm({ connectionString: connectionString ?? '', poolSize: 2 });
    expect(await ask('models', initKey)).toBe(200);
    expect(
      await rows('select key, value from aigcspace.settings where key in (?, ?, ?) order by key', [
        'currency',
        'platform_name',
        'registration',
      ]),
    ).toEqual([
      { key: 'currency', value: 'EUR' },
      { key: 'platform_name', value: '我们的平台' },
      { key: 'registration', value: 'open' },
    ]);
    const again = await runCli(args, env);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('already set up');
  },
);

test(
  'beside the server a command works on its database, and its change is effective there',
  { timeout: 60_000 },
  async () => {
    await done(
      ['user', 'create', '--email', 'ann@example.com', '--name', '安', '--password-stdin'],
      `${PASSWORD}\n`,
    );
    expect(await done(['user', 'top-up', 'ann@example.com', '12.5'])).toBe(
      'The balance of ann@example.com is now 12.5 EUR.\n',
    );
    const key = (await done(['key', 'create', '--user', 'ann@example.com', '--name', 'Job'])).trim();
    expect(await ask('models', key)).toBe(200);
  },
);

test('the log is followed call by call, filtered, until it is interrupted', { timeout: 60_000 }, async () => {
  const [ops] = await rows<{ id: string }>("select id from aigcspace.users where email = 'ops@example.com'");
  if (orm === undefined || ops === undefined) throw new Error('the installation is not there');
  const log = await callLogger(
    { orm, connectionString: (await findEmbeddedPostgres({ dataDir })) ?? '' },
    ops.id,
  );
  await log({ model: 'bad-model', errorCode: 'upstream_timeout' });
  await log({ model: 'first-model' });
  const follower = startCli(['log', '--follow', '--limit', '1', '--status', 'success'], {
    DATA_DIR: dataDir,
  });
  // It prints once it listens.
  await expect.poll(() => follower.stdout(), { timeout: 20_000 }).toContain('first-model');
  await log({ model: 'bad-model', errorCode: 'upstream_timeout' });
  await log({ model: 'second-model' });
  await log({ model: 'third-model' });
  await expect.poll(() => follower.stdout(), { timeout: 20_000 }).toContain('third-model');
  follower.child.kill('SIGINT');
  const { code, stdout, stderr } = await follower.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.match(/\w+-model/g)).toEqual(['first-model', 'second-model', 'third-model']);
});

test('without a server there is nothing to follow', async () => {
  await orm?.close(true);
  orm = undefined;
  product?.child.kill('SIGTERM');
  expect(await product?.ended).toBe(0);
  const result = await cli(['log', '--follow']);
  expect(result).toMatchObject({ code: 1, stdout: '' });
  expect(result.stderr).toContain('No server runs here');
  expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
});
