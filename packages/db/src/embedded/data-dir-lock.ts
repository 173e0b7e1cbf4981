import { chmod, chown, stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** SQLite's result codes for "another connection has it" and "the file cannot be opened". */
const sqliteBusy = 5;
const sqliteReadOnly = 8;
const sqliteCannotOpen = 14;

export interface FileLock {
  release(): void;
}

/**
 * Takes an exclusive lock on the file, or returns undefined at once when somebody else has it.
 *
 * Node has no flock. SQLite, which comes with Node, locks its file through the kernel, so the lock ends with
 * its process however that ends, and no leftover has to be judged or removed. The file stays empty.
 */
export async function tryFileLock(
  path: string,
  owner: { uid: number; gid: number },
): Promise<FileLock | undefined> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const code = sqliteCode(error);
    if (code === sqliteBusy) return undefined;
    if (code === sqliteCannotOpen || code === sqliteReadOnly) {
      throw new EmbeddedPostgresError(
        `${path} cannot be opened for writing. Does its directory belong to another user?`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
  const locked = database;
  // By path only: opening and closing the file here would end SQLite's lock on it (POSIX record locks).
  const found = await stat(path);
  if (found.uid !== owner.uid && process.geteuid?.() === 0) await chown(path, owner.uid, owner.gid);
  if ((found.mode & 0o777) !== 0o600) await chmod(path, 0o600);
  return { release: () => locked.close() };
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return error.errcode & 0xff;
}
