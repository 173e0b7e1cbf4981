import { randomBytes } from 'node:crypto';
import { openOrm, type Orm } from '@aigc/db/orm';
import { MIGRATION_COUNT, migrate, pendingMigrations } from '@aigc/db/migrate';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A database of the server that the run shares; tests make their own beside it. */
    testDatabaseUrl: string;
  }
}

let administration: Orm;
let connectionString: string;
let database: string;
const opened: Orm[] = [];

async function open(): Promise<Orm> {
  const orm = await openOrm({ connectionString });
  opened.push(orm);
  return orm;
}

beforeEach(async () => {
  const url = new URL(inject('testDatabaseUrl'));
  administration = await openOrm({ connectionString: url.href, poolSize: 1 });
  database = `aigc_migrations_${randomBytes(6).toString('hex')}`;
  await administration.em.fork().execute(`create database ${database}`);
  url.pathname = `/${database}`;
  connectionString = url.href;
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((orm) => orm.close(true)));
  await administration.em.fork().execute(`drop database ${database} with (force)`);
  await administration.close(true);
});

test('the migrations build on an empty database what the entities describe', async () => {
  const orm = await open();
  expect(await pendingMigrations(orm)).toHaveLength(MIGRATION_COUNT);
  expect(await migrate(orm)).toHaveLength(MIGRATION_COUNT);
  expect(await pendingMigrations(orm)).toEqual([]);
  await dropMonths(orm);
  const drift = await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false });
  // Entities do not describe triggers.
  expect(drift.split('\n').filter((line) => line !== '' && !/^drop (trigger|function) /.test(line))).toEqual(
    [],
  );
});

test('an installation with calls keeps every one of them when the log is divided into months', async () => {
  const orm = await open();
  await orm.migrator.up({ to: '20261121020000-change-feed-and-limits' });
  const em = orm.em.fork();
  await em.execute(
    `insert into aigcspace.api_call_log (request_id, user_id, organisation_id, model_name, endpoint, source, bill,
       status, http_status, created_at)
     select 'req_' || i, 'usr_gone', 'org_gone', 'm', 'chat/completions', 'api', i, 'success', 200,
       case when i = 1 then '1999-01-01'::timestamptz else now() - i * interval '1 day' end
     from generate_series(1, 200) i`,
  );
  const read = () =>
    em.execute('select id, request_id, bill, created_at, api_key_id from aigcspace.api_call_log order by id');
  const before = await read();
  await migrate(orm);
  expect(await read()).toEqual(before);
  expect(await em.execute('select count(*)::int as stray from aigcspace.api_call_log_default')).toEqual([
    { stray: 1 },
  ]);
  const [next] = await em.execute<{ id: string }[]>(
    `insert into aigcspace.api_call_log (request_id, user_id, organisation_id, model_name, endpoint, source, status,
       http_status, created_at) values ('req_new', 'u', 'o', 'm', 'e', 'api', 'success', 200, now()) returning id::text`,
  );
  expect(next?.id).toBe('201');
});

test('a month of the log that is made later is analysed as sparingly as those before', async () => {
  const orm = await open();
  await migrate(orm);
  const em = orm.em.fork();
  await em.execute(`select aigcspace.create_call_log_partition(now() + interval '5 months')`);
  const kinds = await em.execute(
    `select distinct c.reloptions, (select array_agg(a.attname::text order by a.attname) from pg_attribute a
       where a.attrelid = c.oid and a.attstattarget = 0) as unsearched
     from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'aigcspace.api_call_log'::regclass`,
  );
  expect(kinds).toEqual([
    {
      reloptions: ['autovacuum_analyze_scale_factor=0.5'],
      unsearched: expect.arrayContaining(['bill', 'latency_ms', 'request_ip']),
    },
  ]);
});

/** Entities describe the log with its default partition; those of the months depend on when the migration ran. */
async function dropMonths(orm: Orm): Promise<void> {
  const em = orm.em.fork();
  const months = await em.execute<{ name: string }[]>(
    `select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'aigcspace.api_call_log'::regclass and inhrelid::regclass::text not like '%default'`,
  );
  expect(months).toHaveLength(3);
  for (const { name } of months) await em.execute(`drop table ${name}`);
}

test('processes that migrate at the same moment do it once', async () => {
  const orms = await Promise.all([open(), open(), open()]);
  const applied = await Promise.all(orms.map(migrate));
  expect(applied.flat()).toHaveLength(MIGRATION_COUNT);
  expect(await migrate(await open())).toEqual([]);
});

test('migrating prints nothing', async () => {
  const lines: unknown[] = [];
  const { log } = console;
  console.log = (...line) => void lines.push(line);
  try {
    await migrate(await open());
  } finally {
    console.log = log;
  }
  expect(lines).toEqual([]);
});

test('a ledger entry can be neither changed nor deleted, but outlives its maker', async () => {
  const orm = await open();
  await migrate(orm);
  const em = orm.em.fork();
  await em.execute(
    "insert into aigcspace.users (id, email, name, password_hash) values ('usr_1', 'a@example.com', 'A', '-')",
  );
  await em.execute(
    `insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after, actor_id)
     values ('acc_platform', 'adjustment', 1, 1, 'usr_1')`,
  );
  for (const change of [
    'update aigcspace.ledger_entries set amount = 2',
    "update aigcspace.ledger_entries set actor_id = null, note = 'x'",
    'delete from aigcspace.ledger_entries',
  ]) {
    await expect(em.execute(change)).rejects.toThrow('ledger entries are append-only');
  }
  await em.execute("delete from aigcspace.users where id = 'usr_1'");
  expect(await em.execute('select amount::text, actor_id from aigcspace.ledger_entries')).toEqual([
    { amount: '1.0000000000', actor_id: null },
  ]);
});

test.each(['-1', "'NaN'"])('the database itself refuses a balance of %s', async (balance) => {
  const orm = await open();
  await migrate(orm);
  await expect(orm.em.fork().execute(`update aigcspace.accounts set balance = ${balance}`)).rejects.toThrow(
    'accounts_balance_not_negative',
  );
});
