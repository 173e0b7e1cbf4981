import { MikroORM } from '@mikro-orm/postgresql';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { bringUpServer } from '../src/embedded/bring-up-server.ts';
import { EmbeddedPostgresError } from '../src/embedded/embedded-postgres-error.ts';
import { findEmbeddedPostgres, startEmbeddedPostgres } from '../src/embedded/embedded-postgres.ts';
import { isPostmasterOf } from '../src/embedded/postmaster-process.ts';
import { connectionString } from '../src/embedded/server-probe.ts';
import {
  eventually,
  postmasterPid,
  query,
  readMarks,
  started,
  Workshop,
  writeMark,
} from './embedded-support.ts';

const workshop = new Workshop();
afterEach(() => workshop.clean());
afterAll(() => workshop.close());

const runs = async (pid: number, dataDir: string): Promise<boolean> =>
  (await isPostmasterOf(pid, join(dataDir, 'postgres'))) === 'yes';

describe('startEmbeddedPostgres', () => {
  test('creates a durable, private UTF-8 database, and keeps its data over a restart', async () => {
    const dataDir = await workshop.dataDir();
    const progress: string[] = [];
    const onProgress = (message: string): number => progress.push(message);
    const first = await startEmbeddedPostgres({ dataDir, onProgress });
    const settings = await query<{ name: string; setting: string }>(
      first.connectionString,
      `SELECT name, setting FROM pg_settings WHERE name IN ('data_checksums', 'fsync', 'listen_addresses',
       'max_connections', 'server_encoding', 'synchronous_commit', 'TimeZone')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      TimeZone: 'UTC',
      data_checksums: 'on',
      fsync: 'on',
      listen_addresses: '',
      max_connections: '100',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    });
    expect((await stat(first.socketDir)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
    expect(progress[0]).toMatch(/Creating the database/);
    await writeMark(first.connectionString, 'kept');
    const pid = await postmasterPid(dataDir);
    await Promise.all([first.stop(), first.stop()]);
    expect(await runs(pid, dataDir)).toBe(false);
    await expect(query(first.connectionString, 'SELECT 1')).rejects.toThrow();

    const second = await startEmbeddedPostgres({ dataDir });
    expect(await readMarks(second.connectionString)).toEqual(['kept']);
    await second.stop();
  });

  test('gives a connection string that MikroORM understands', async () => {
    const dataDir = join(await workshop.dataDir(), 'With Space, "quotes" & 中文%41');
    workshop.watch(dataDir);
    const server = await startEmbeddedPostgres({ dataDir });
    const orm = await MikroORM.init({
      clientUrl: server.connectionString,
      entities: [],
      discovery: { warnWhenNoEntities: false },
    });
    expect(await orm.em.getConnection().execute('SELECT current_database() AS name')).toEqual([
      { name: 'aigcspace' },
    ]);
    await orm.close();
    expect(await findEmbeddedPostgres({ dataDir })).toBe(server.connectionString);
    await server.stop();
    expect(await findEmbeddedPostgres({ dataDir })).toBeUndefined();
  });

  test('works in a data directory whose path is too long for a socket', async () => {
    const base = await workshop.dataDir();
    const dataDir = join(base, 'long'.repeat(40));
    workshop.watch(dataDir);
    const server = await startEmbeddedPostgres({ dataDir });
    expect(server.socketDir.startsWith(base)).toBe(false);
    await writeMark(server.connectionString, 'long');
    await server.stop();
    await expect(access(server.socketDir)).rejects.toThrow();
  });

  test('takes over the server of a killed owner, and really stops it', async () => {
    const dataDir = await workshop.usedDataDir();
    const owner = workshop.child();
    await writeMark(await started(owner, dataDir), 'before the kill');
    const pid = await postmasterPid(dataDir);
    await owner.kill();

    const server = await startEmbeddedPostgres({ dataDir });
    expect(await postmasterPid(dataDir)).toBe(pid);
    expect(await readMarks(server.connectionString)).toEqual(['before the kill']);
    await server.stop();
    expect(await runs(pid, dataDir)).toBe(false);
    await expect(access(join(dataDir, 'postgres', 'postmaster.pid'))).rejects.toThrow();
  });

  test('starts the server again, at the same address, when it is killed', async () => {
    const dataDir = await workshop.usedDataDir();
    const server = await startEmbeddedPostgres({ dataDir });
    await writeMark(server.connectionString, 'committed');
    const pid = await postmasterPid(dataDir);
    process.kill(pid, 'SIGKILL');
    expect(await eventually(() => readMarks(server.connectionString))).toEqual(['committed']);
    expect(await postmasterPid(dataDir)).not.toBe(pid);
    await server.stop();
    expect(await findEmbeddedPostgres({ dataDir })).toBeUndefined();
  });

  test('starts after both the owner and the server were killed', async () => {
    const dataDir = await workshop.usedDataDir();
    const owner = workshop.child();
    await writeMark(await started(owner, dataDir), 'committed');
    const pid = await postmasterPid(dataDir);
    await owner.kill();
    process.kill(pid, 'SIGKILL');
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await readMarks(server.connectionString)).toEqual(['committed']);
    await server.stop();
  });

  test('starts when the id of a killed server belongs to another program meanwhile', async () => {
    const dataDir = await workshop.usedDataDir();
    const owner = workshop.child();
    const url = await started(owner, dataDir);
    await writeMark(url, 'committed');
    const pid = await postmasterPid(dataDir);
    await owner.kill();
    process.kill(pid, 'SIGKILL');
    const stranger = spawn('sleep', ['60']);
    for (const file of ['postgres/postmaster.pid', 'socket/.s.PGSQL.5432.lock']) {
      const text = await readFile(join(dataDir, file), 'utf8');
      await writeFile(join(dataDir, file), text.replace(/^\d+/, String(stranger.pid)));
    }
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await readMarks(server.connectionString)).toEqual(['committed']);
    await server.stop();
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
    await once(stranger, 'exit');
  });

  test('does not mistake the server of another directory for that of its copy', async () => {
    const [original, copy] = [await workshop.usedDataDir(), await workshop.usedDataDir()];
    const first = await startEmbeddedPostgres({ dataDir: original });
    await cp(join(original, 'postgres/postmaster.pid'), join(copy, 'postgres/postmaster.pid'));

    const second = await startEmbeddedPostgres({ dataDir: copy });
    await writeMark(second.connectionString, 'in the copy');
    await expect(readMarks(first.connectionString)).rejects.toThrow(/"mark" does not exist/);
    await second.stop();
    await query(first.connectionString, 'SELECT 1');
    await first.stop();
  });

  test('ends a server of its own that nobody can reach any more, and starts a new one', async () => {
    const dataDir = await workshop.usedDataDir();
    const owner = workshop.child();
    await writeMark(await started(owner, dataDir), 'committed');
    const pid = await postmasterPid(dataDir);
    await owner.kill();
    await rm(join(dataDir, 'socket', '.s.PGSQL.5432'));
    const server = await bringUpServer({
      realDataDir: dataDir,
      report: () => undefined,
      signal: new AbortController().signal,
      unreachableMs: 0,
    });
    expect(await postmasterPid(dataDir)).not.toBe(pid);
    expect(await readMarks(connectionString(server.socketDir))).toEqual(['committed']);
    await server.stop();
  });

  test('starts after the creation of the database was interrupted by kill -9', async () => {
    const dataDir = await workshop.dataDir();
    const owner = workshop.child();
    void owner.ask({ do: 'start', dataDir });
    await eventually(async () => {
      const unfinished = (await readdir(dataDir)).find((name) => name.startsWith('postgres.new-'));
      await access(join(dataDir, String(unfinished), 'PG_VERSION'));
    });
    await owner.kill();
    await expect(access(join(dataDir, 'postgres'))).rejects.toThrow();

    const server = await startEmbeddedPostgres({ dataDir });
    await writeMark(server.connectionString, 'works');
    await server.stop();
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres.new-'))).toEqual([]);
  });

  test('of two simultaneous first starts one serves, and the other learns where', async () => {
    const dataDir = await workshop.dataDir();
    const outcomes = await Promise.all(
      ['http://a', 'http://b'].map(async (address) => {
        const child = workshop.child();
        const claim = await child.ask({ do: 'claim', dataDir, address });
        return { child, address, claim, start: claim.ok ? await child.ask({ do: 'start', dataDir }) : claim };
      }),
    );
    const [winner, ...others] = outcomes.toSorted((a, b) => Number(b.claim.ok) - Number(a.claim.ok));
    expect(winner?.start).toMatchObject({ ok: true });
    expect(others.map(({ claim }) => claim)).toMatchObject([
      { error: 'DataDirInUse', ownerAddress: winner?.address },
    ]);
  });

  test('is out of reach of a Ctrl-C in the terminal of its owner', async () => {
    const dataDir = await workshop.usedDataDir();
    const owner = workshop.child();
    const url = await started(owner, dataDir);
    await query(url, 'SELECT 1');
    // As a terminal does: to everybody in the process group, which the owner leads here.
    process.kill(-Number(owner.process.pid), 'SIGINT');
    expect(await owner.ask({ do: 'set-address', address: '' })).toEqual({ ok: true });
    await query(url, 'SELECT 1');
    expect(await owner.ask({ do: 'stop' })).toEqual({ ok: true });
  });

  test('leaves nothing after stop that would keep its process from ending', async () => {
    const dataDir = await workshop.usedDataDir();
    const owner = workshop.child();
    await owner.ask({ do: 'claim', dataDir, address: 'http://a' });
    await started(owner, dataDir);
    await owner.ask({ do: 'stop' });
    await owner.ask({ do: 'release' });
    const exit = once(owner.process, 'exit');
    owner.process.send({ do: 'disconnect' });
    expect(await exit).toEqual([0, null]);
  });

  test('says which versions do not fit, and leaves the data alone', async () => {
    const dataDir = await workshop.dataDir();
    await mkdir(join(dataDir, 'postgres'), { mode: 0o700 });
    await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
    const failure = await startEmbeddedPostgres({ dataDir }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(failure)).toMatch(/PostgreSQL 15.*PostgreSQL 18.*DATABASE_URL/s);
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['PG_VERSION']);
  });

  test('refuses a directory of other files instead of clearing it', async () => {
    const dataDir = await workshop.dataDir();
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres', 'precious'), 'x');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/no database/);
    expect(await readdir(join(dataDir, 'postgres'))).toEqual(['precious']);
  });

  test("repeats the server's own words when it does not start", async () => {
    const dataDir = await workshop.usedDataDir();
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'no_such_setting = 1\n');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(/no_such_setting/);
  });

  test('gives up a start when it is told to', async () => {
    const dataDir = await workshop.dataDir();
    const giveUp = new AbortController();
    const start = startEmbeddedPostgres({ dataDir, signal: giveUp.signal, onProgress: () => giveUp.abort() });
    await expect(start).rejects.toThrow(/aborted/);
    expect(await findEmbeddedPostgres({ dataDir })).toBeUndefined();
  });
});
