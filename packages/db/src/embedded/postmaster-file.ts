import { chmod, chown, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unreadableCluster } from './embedded-postgres-error.ts';
import { errorCode } from './error-code.ts';

/** What a running (or killed) server wrote into `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** undefined while a server is only just starting. */
  readonly socketDir: string | undefined;
}

/** Reads `postmaster.pid`, or undefined when there is none. */
export async function readPostmasterFile(path: string): Promise<PostmasterFile | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  // A server in single-user mode writes its pid negative.
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  if (!Number.isSafeInteger(pid) || pid === 0) return undefined;
  return { pid, socketDir: lines[4] || undefined };
}

/**
 * Puts this process's id in place of that of a server that has died, in a lock file of PostgreSQL.
 *
 * PostgreSQL refuses to start while *any* process of that id lives, and ids come back soon in containers; but
 * it knows that its parent is no server. The rest of the file stays, so PostgreSQL still makes sure for itself
 * that no process of the dead server is attached to its shared memory: deleting the file would end that.
 */
export async function replaceDeadPid(path: string): Promise<void> {
  const text = await readText(path);
  if (text === undefined) return;
  const { mode, uid, gid } = await stat(path);
  const replacement = `${path}.replacement`;
  await writeFile(replacement, text.replace(/^[^\n]*/, String(process.pid)), { mode: 0o600 });
  await chmod(replacement, mode & 0o777);
  if (process.geteuid?.() === 0) await chown(replacement, uid, gid);
  await rename(replacement, path);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unreadableCluster(dirname(path), error);
  }
}
