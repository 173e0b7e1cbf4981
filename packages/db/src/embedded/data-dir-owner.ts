import { chmod, rm, rmdir, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryFileLock } from './data-dir-lock.ts';
import { openDataDir } from './data-dir.ts';
import { askOwner, type OwnerAnswer } from './ask-owner.ts';
import { fitsSocket, possibleSocketDirectories, privateSocketDirectory } from './socket-directory.ts';

const socketDirectoryName = 'claim';
const socketName = 'claim.sock';
/** How long an owner may hold the lock without answering on its socket: it is just starting or ending. */
const ownerSilenceMs = 5_000;

/** Another process runs on this data directory. */
export class DataDirInUse extends Error {
  override readonly name = 'DataDirInUse';
  readonly dataDir: string;
  /** Where the other process serves; undefined when it does not answer (stopped, hung). */
  readonly address: string | undefined;
  readonly pid: number | undefined;

  constructor(dataDir: string, owner?: { address: string; pid: number }) {
    const by = owner
      ? `AIGC Space at ${owner.address} (process ${owner.pid})`
      : 'another process, which does not answer';
    super(`${dataDir} is already in use by ${by}.`);
    this.dataDir = dataDir;
    this.address = owner?.address;
    this.pid = owner?.pid;
  }
}

export interface DataDirClaim {
  /** Changes what a second start is told, once the real address is known. */
  setAddress(address: string): void;
  /** Gives the directory up. Safe to call twice. */
  release(): Promise<void>;
}

/**
 * Makes this process the one owner of a data directory, until `release` or the end of the process.
 *
 * A kernel lock decides who owns it, so of any number of simultaneous starts exactly one wins and a killed
 * owner leaves nothing to clean up; the socket, bound only under that lock, says who it is. An owner that
 * answers on the socket is respected even if the file system keeps no locks.
 *
 * @throws DataDirInUse with the address of the owner.
 */
export async function claimDataDir(dataDir: string, options: { address: string }): Promise<DataDirClaim> {
  const realDataDir = await openDataDir(dataDir);
  const owner = await stat(realDataDir);
  const giveUpAt = performance.now() + ownerSilenceMs;
  for (;;) {
    const lock = await tryFileLock(join(realDataDir, 'claim.lock'), owner);
    try {
      const answer = await findOwner(realDataDir);
      if (answer.state === 'answered') throw new DataDirInUse(realDataDir, answer);
      if (answer.state === 'silent') throw new DataDirInUse(realDataDir);
      if (lock) {
        const directory = await privateSocketDirectory(realDataDir, {
          name: socketDirectoryName,
          socketName,
          owner,
        });
        const path = join(directory, socketName);
        await rm(path, { force: true });
        const current = { address: options.address };
        const server = await announce(path, current);
        let released: Promise<void> | undefined;
        return {
          setAddress: (address) => {
            current.address = address;
          },
          release: () => (released ??= close(server, directory).finally(() => lock.release())),
        };
      }
    } catch (error) {
      lock?.release();
      throw error;
    }
    if (performance.now() > giveUpAt) throw new DataDirInUse(realDataDir);
    await sleep(25);
  }
}

/** Who answers for this data directory, without claiming it. */
export async function findOwner(dataDir: string): Promise<OwnerAnswer> {
  const realDataDir = await openDataDir(dataDir);
  for (const directory of await possibleSocketDirectories(realDataDir, socketDirectoryName)) {
    if (!fitsSocket(directory, socketName)) continue;
    const answer = await askOwner(join(directory, socketName));
    if (answer.state !== 'absent') return answer;
  }
  return { state: 'absent' };
}

/** Every connection gets one line of JSON and is closed. */
async function announce(path: string, current: { address: string }): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    const answer = JSON.stringify({ address: current.address, pid: process.pid });
    socket.end(`${answer}\n`, () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  server.unref();
  return server;
}

/** Closing also removes the socket file. */
async function close(server: Server, directory: string): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await rmdir(directory).catch(() => undefined);
}
