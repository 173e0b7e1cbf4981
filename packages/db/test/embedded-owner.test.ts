import { link, mkdir, readdir, rename, stat, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { claimDataDir, DataDirInUse, findOwner } from '../src/embedded/data-dir-owner.ts';
import { possibleSocketDirectories, privateSocketDirectory } from '../src/embedded/socket-directory.ts';
import { Workshop, type OwnerProcess } from './embedded-support.ts';

const workshop = new Workshop();
afterEach(() => workshop.clean());

describe('claimDataDir', () => {
  test('tells a second process where the first one serves, also after its address changed', async () => {
    const dataDir = await workshop.dataDir();
    const claim = await claimDataDir(dataDir, { address: 'http://127.0.0.1:8000' });
    const second = workshop.child();
    const request = { do: 'claim', dataDir, address: 'http://127.0.0.1:8001' } as const;

    expect(await second.ask(request)).toMatchObject({
      error: 'DataDirInUse',
      ownerAddress: 'http://127.0.0.1:8000',
    });
    claim.setAddress('http://127.0.0.1:9000');
    expect(await second.ask(request)).toMatchObject({ ownerAddress: 'http://127.0.0.1:9000' });
    expect(await findOwner(dataDir)).toEqual({
      state: 'answered',
      address: 'http://127.0.0.1:9000',
      pid: process.pid,
    });

    await claim.release();
    await claim.release();
    expect(await second.ask(request)).toEqual({ ok: true });
  });

  test('sees one directory behind two names', async () => {
    const dataDir = await workshop.dataDir();
    await mkdir(join(dataDir, 'data'));
    await symlink(join(dataDir, 'data'), join(dataDir, 'alias'));
    const claim = await claimDataDir(join(dataDir, 'data'), { address: 'http://a' });
    const error = await claimDataDir(join(dataDir, 'alias'), { address: 'http://b' }).catch(
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(DataDirInUse);
    expect(error).toMatchObject({ address: 'http://a' });
    await claim.release();
  });

  test('takes over from an owner that was killed', async () => {
    const dataDir = await workshop.dataDir();
    const first = workshop.child();
    expect(await first.ask({ do: 'claim', dataDir, address: 'http://a' })).toEqual({ ok: true });
    await first.kill();
    expect(await readdir(join(dataDir, 'claim'))).toEqual(['claim.sock']);
    const claim = await claimDataDir(dataDir, { address: 'http://b' });
    await claim.release();
    expect(await readdir(dataDir)).toEqual(['claim.lock']);
  });

  test('does not take over from an owner that is only frozen', async () => {
    const dataDir = await workshop.dataDir();
    const first = workshop.child();
    expect(await first.ask({ do: 'claim', dataDir, address: 'http://a' })).toEqual({ ok: true });
    first.process.kill('SIGSTOP');
    const error = await claimDataDir(dataDir, { address: 'http://b' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'DataDirInUse', address: undefined });
  });

  test('lets exactly one of many simultaneous starts win, and the others learn its address', async () => {
    const contenders = Array.from({ length: 8 }, (_, index) => ({
      child: workshop.child(),
      address: `http://contender-${index}`,
    }));
    for (let round = 0; round < 25; round++) {
      const dataDir = await workshop.dataDir();
      await leaveStaleSocket(dataDir);
      const outcomes = await Promise.all(
        contenders.map(async ({ child, address }) => ({
          child,
          address,
          reply: await child.ask({ do: 'claim', dataDir, address }),
        })),
      );
      const winners = outcomes.filter(({ reply }) => reply.ok);
      expect(winners).toHaveLength(1);
      const [winner] = winners;
      for (const { reply, address } of outcomes) {
        if (address !== winner?.address) expect(reply).toMatchObject({ ownerAddress: winner?.address });
      }
      await winner?.child.ask({ do: 'release' });
    }
  });

  test('passes from one killed owner to exactly one of those that wait for it', async () => {
    const dataDir = await workshop.dataDir();
    let waiting = Array.from({ length: 6 }, () => workshop.child());
    while (waiting.length > 0) {
      const replies = await Promise.all(
        waiting.map(async (child) => ({
          child,
          reply: await child.ask({ do: 'claim', dataDir, address: `http://${child.process.pid}` }),
        })),
      );
      const owners: OwnerProcess[] = replies.filter(({ reply }) => reply.ok).map(({ child }) => child);
      expect(owners).toHaveLength(1);
      waiting = waiting.filter((child) => !owners.includes(child));
      await owners[0]?.kill();
    }
  });

  test('keeps data directories with long paths apart', async () => {
    const base = await workshop.dataDir();
    const long = join(base, 'long'.repeat(30));
    const claims = await Promise.all(
      ['a', 'b'].map((name) => claimDataDir(join(long, name), { address: `http://${name}` })),
    );
    for (const name of ['a', 'b']) {
      expect(await findOwner(join(long, name))).toMatchObject({ address: `http://${name}` });
      const error = await claimDataDir(join(long, name), { address: 'http://c' }).catch((e: unknown) => e);
      expect(error).toMatchObject({ name: 'DataDirInUse', address: `http://${name}` });
      const [, short] = await possibleSocketDirectories(join(long, name), 'claim');
      expect((await stat(String(short))).mode & 0o777).toBe(0o700);
    }
    await Promise.all(claims.map((claim) => claim.release()));
    const [, short] = await possibleSocketDirectories(join(long, 'a'), 'claim');
    await expect(stat(String(short))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a socket directory that somebody else prepared is refused', async () => {
  const dataDir = await workshop.dataDir();
  await mkdir(join(dataDir, 'elsewhere'));
  await symlink(join(dataDir, 'elsewhere'), join(dataDir, 'claim'));
  const { uid, gid } = await stat(dataDir);
  await expect(
    privateSocketDirectory(dataDir, { name: 'claim', socketName: 'claim.sock', owner: { uid, gid } }),
  ).rejects.toThrow(/should be a private directory/);
});

/** A socket file that nobody listens on, as kill -9 leaves it. */
async function leaveStaleSocket(dataDir: string): Promise<void> {
  const directory = join(dataDir, 'claim');
  await mkdir(directory, { mode: 0o700 });
  const path = join(directory, 'claim.sock');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await link(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  await rename(`${path}.kept`, path);
}
