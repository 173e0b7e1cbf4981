import { chmod, chown, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { bringUpServer } from '../src/embedded/bring-up-server.ts';
import { EmbeddedPostgresError } from '../src/embedded/embedded-postgres-error.ts';
import { startEmbeddedPostgres } from '../src/embedded/embedded-postgres.ts';
import { asUser, asUserReadingAll, type ServerAccount } from '../src/embedded/server-account.ts';
import { connectionString } from '../src/embedded/server-probe.ts';
import {
  isRoot,
  nobody,
  nobodyReachesUs,
  postmasterPid,
  readMarks,
  started,
  Workshop,
  writeMark,
} from './embedded-support.ts';

const workshop = new Workshop();
afterEach(() => workshop.clean());
afterAll(() => workshop.close());

const signal = new AbortController().signal;
const report = (): void => undefined;
const bringUp = (
  realDataDir: string,
  accounts?: readonly ServerAccount[],
): ReturnType<typeof bringUpServer> =>
  bringUpServer({ realDataDir, report, signal, ...(accounts && { accounts: () => [...accounts] }) });

// Each of these needs root, in order to become somebody else.
describe.skipIf(!isRoot || process.platform !== 'linux')('run by root, PostgreSQL', () => {
  test('never has root powers', async () => {
    const dataDir = await workshop.usedDataDir();
    const server = await startEmbeddedPostgres({ dataDir });
    expect(await effectiveCapabilities(await postmasterPid(dataDir))).toBe(0n);
    await server.stop();
  });

  // Needs a checkout that the account `nobody` may read.
  test.skipIf(!nobodyReachesUs)('runs as an unprivileged user where user namespaces are closed', async () => {
    const dataDir = await workshop.dataDir();
    await chmod(dataDir, 0o700);
    const server = await bringUp(dataDir, [asUser(nobody)]);
    await writeMark(connectionString(server.socketDir), 'of nobody');
    const pid = await postmasterPid(dataDir);
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);
    expect(await effectiveCapabilities(pid)).toBe(0n);
    expect((await stat(join(dataDir, 'postgres'))).uid).toBe(nobody.uid);
    expect((await stat(server.socketDir)).uid).toBe(nobody.uid);
    // Others may pass through, and see nothing.
    expect((await stat(dataDir)).mode & 0o777).toBe(0o701);
    await server.stop();

    // The usual way keeps the owner that it finds.
    const again = await startEmbeddedPostgres({ dataDir });
    expect(await readMarks(again.connectionString)).toEqual(['of nobody']);
    expect((await stat(join(dataDir, 'postgres', 'PG_VERSION'))).uid).toBe(nobody.uid);
    await again.stop();
  });

  test('reaches a place that only root may enter, with no more than the right to read files', async () => {
    const base = await workshop.dataDir();
    const dataDir = join(base, 'closed', 'data');
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await chmod(join(base, 'closed'), 0o700);
    workshop.watch(dataDir);
    const server = await bringUp(dataDir, [asUser(nobody), asUserReadingAll(nobody)]);
    const pid = await postmasterPid(dataDir);
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);
    const dacOverride = 1n << 1n;
    expect(await effectiveCapabilities(pid)).toBe(dacOverride);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    await server.stop();
  });

  test('hands the data over when it has to run as somebody else than before', async () => {
    const dataDir = await workshop.usedDataDir();
    const first = await bringUp(dataDir);
    await writeMark(connectionString(first.socketDir), 'handed over');
    await first.stop();
    const second = await bringUp(dataDir, [asUserReadingAll(nobody)]);
    expect(await readMarks(connectionString(second.socketDir))).toEqual(['handed over']);
    expect((await stat(join(dataDir, 'postgres', 'base'))).uid).toBe(nobody.uid);
    await second.stop();
  });

  test('says what was tried and what to do when there is no way', async () => {
    const dataDir = await workshop.dataDir();
    const impossible: ServerAccount = {
      label: 'by magic',
      owner: { uid: 0, gid: 0 },
      wrap: (_program, args) => ({ program: '/nonexistent/magic', args }),
    };
    const failure = await bringUp(dataDir, [impossible]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EmbeddedPostgresError);
    expect(String(failure)).toMatch(/by magic: .*ENOENT.*DATABASE_URL/s);
  });
});

// Tests are mostly run by one kind of user: run by root, this one becomes the other kind; otherwise every test
// of embedded.test.ts has shown it already. Needs root, and a checkout that the account `nobody` may read.
describe.skipIf(!nobodyReachesUs)('run by an ordinary user, PostgreSQL', () => {
  test('starts, survives kill -9 of its owner, and stops', async () => {
    const dataDir = await workshop.dataDir();
    await chown(dataDir, nobody.uid, nobody.gid);
    const owner = workshop.child(nobody);
    expect(await owner.ask({ do: 'claim', dataDir, address: 'http://a' })).toEqual({ ok: true });
    await writeMark(await started(owner, dataDir), 'of an ordinary user');
    const pid = await postmasterPid(dataDir);
    expect((await stat(`/proc/${pid}`)).uid).toBe(nobody.uid);
    await owner.kill();

    const next = workshop.child(nobody);
    expect(await next.ask({ do: 'claim', dataDir, address: 'http://b' })).toEqual({ ok: true });
    expect(await readMarks(await started(next, dataDir))).toEqual(['of an ordinary user']);
    expect(await postmasterPid(dataDir)).toBe(pid);
    expect(await next.ask({ do: 'stop' })).toEqual({ ok: true });
    expect(await next.ask({ do: 'release' })).toEqual({ ok: true });

    // Root may come in between, and leaves everything as usable for the ordinary user as before.
    const asRoot = workshop.child();
    expect(await asRoot.ask({ do: 'claim', dataDir, address: 'http://c' })).toEqual({ ok: true });
    await started(asRoot, dataDir);
    await asRoot.ask({ do: 'stop' });
    await asRoot.ask({ do: 'release' });
    const last = workshop.child(nobody);
    expect(await last.ask({ do: 'claim', dataDir, address: 'http://d' })).toEqual({ ok: true });
    expect(await readMarks(await started(last, dataDir))).toEqual(['of an ordinary user']);
    await last.ask({ do: 'stop' });
  });
});

async function effectiveCapabilities(pid: number): Promise<bigint> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? 'f'}`);
}
