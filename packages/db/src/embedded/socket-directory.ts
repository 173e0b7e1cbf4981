import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { errorCode } from './error-code.ts';

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, with the closing zero. */
const maxSocketPathBytes = 103;

export interface SocketDirectoryOptions {
  /** The directory's name in the data directory, and the end of its name elsewhere. */
  name: string;
  /** The longest file name that a socket in it will have. */
  socketName: string;
  /** Who may enter it. */
  owner: { uid: number; gid: number };
}

/**
 * A directory of mode 0700 for Unix sockets of this data directory: inside it when the path is short enough
 * for a socket and the file system can hold one, otherwise a short one in the directory for temporary files.
 */
export async function privateSocketDirectory(
  realDataDir: string,
  options: SocketDirectoryOptions,
): Promise<string> {
  const inside = join(realDataDir, options.name);
  if (fitsSocket(inside, options.socketName)) {
    await makePrivate(inside, options.owner);
    if (await canHoldSockets(inside)) return inside;
  }
  const short = await shortSocketDirectory(realDataDir, options.name);
  if (!fitsSocket(short, options.socketName)) {
    throw new EmbeddedPostgresError(
      `Neither ${inside} nor ${short} is short enough for a Unix socket (${maxSocketPathBytes} bytes). ` +
        'Set DATA_DIR or TMPDIR to a shorter path.',
    );
  }
  await makePrivate(short, options.owner);
  return short;
}

/** Both places where `privateSocketDirectory` may have put the sockets of this data directory. */
export async function possibleSocketDirectories(realDataDir: string, name: string): Promise<string[]> {
  return [join(realDataDir, name), await shortSocketDirectory(realDataDir, name)];
}

/** Whether a socket of this name in this directory has a path that the kernel accepts. */
export function fitsSocket(directory: string, socketName: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= maxSocketPathBytes;
}

/** The inode is part of the name because containers may share a /tmp and each have, say, an /app/.data. */
async function shortSocketDirectory(realDataDir: string, name: string): Promise<string> {
  const { dev, ino } = await stat(realDataDir);
  const hash = createHash('sha256').update(`${realDataDir}\0${dev}\0${ino}`).digest('hex');
  return join(tmpdir(), `aigc-${hash.slice(0, 24)}-${name}`);
}

async function makePrivate(directory: string, owner: { uid: number; gid: number }): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(directory);
  if (!found.isDirectory() || (found.uid !== owner.uid && found.uid !== process.geteuid?.())) {
    throw new EmbeddedPostgresError(
      `${directory} should be a private directory for sockets, but it belongs to user ${found.uid}. ` +
        'Remove it, or set TMPDIR to another directory.',
    );
  }
  if (found.uid !== owner.uid) await chown(directory, owner.uid, owner.gid);
  if ((found.mode & 0o777) !== 0o700) await chmod(directory, 0o700);
}

/** Some shared folders of virtual machines take files but no sockets. */
async function canHoldSockets(directory: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(join(directory, `.t-${randomBytes(2).toString('hex')}`), () =>
      server.close(() => resolve(true)),
    );
  });
}
