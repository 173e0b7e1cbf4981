import {
  appendFile,
  chown,
  lchown,
  lstat,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';
import { includeSettings } from './cluster-settings.ts';
import { EmbeddedPostgresError, unreadableCluster } from './embedded-postgres-error.ts';
import { errorCode } from './error-code.ts';
import { runProgram } from './run-program.ts';
import type { ServerAccount } from './server-account.ts';

const clusterName = 'postgres';
const unfinishedPrefix = `${clusterName}.new-`;

export function clusterDirectory(realDataDir: string): string {
  return join(realDataDir, clusterName);
}

export interface FoundCluster {
  readonly majorVersion: number;
  readonly owner: { uid: number; gid: number };
}

/**
 * Looks at the database directory: undefined when there is none yet (or an empty one).
 *
 * @throws EmbeddedPostgresError when it holds something that is not a database.
 */
export async function findCluster(clusterDir: string): Promise<FoundCluster | undefined> {
  const version = await readFile(join(clusterDir, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw unreadableCluster(clusterDir, error);
  });
  if (version !== undefined) {
    const { uid, gid } = await stat(clusterDir);
    return { majorVersion: Number.parseInt(version, 10), owner: { uid, gid } };
  }
  const entries = await readdir(clusterDir).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  if (entries.length === 0) return undefined;
  throw new EmbeddedPostgresError(
    `${clusterDir} holds files but no database (PG_VERSION is missing). Move it away or restore it from a backup.`,
  );
}

/**
 * Creates a database cluster. It is made beside its place and moved there when it is complete and on disk, so
 * an interruption at any moment leaves either nothing or a whole cluster.
 */
export async function createCluster(
  realDataDir: string,
  options: { initdb: string; account: ServerAccount },
): Promise<void> {
  const { account, initdb } = options;
  await removeUnfinishedClusters(realDataDir);
  const unfinished = await mkdtemp(join(realDataDir, unfinishedPrefix));
  try {
    await handOver(unfinished, account.owner);
    const result = await runProgram(account.wrap(initdb, ['-D', unfinished, ...initdbOptions]));
    if (result.exitCode !== 0) {
      throw new EmbeddedPostgresError(
        `initdb could not create the database in ${realDataDir}: ${result.output.trim() || 'it was interrupted'}`,
      );
    }
    await appendFile(join(unfinished, 'postgresql.conf'), includeSettings, { flush: true });
    await rename(unfinished, clusterDirectory(realDataDir)).catch((error: unknown) => {
      throw new EmbeddedPostgresError(
        `The new database cannot be moved to ${clusterDirectory(realDataDir)} (${errorCode(error)}). ` +
          'That place has to be free, and must not be a mount point: mount its parent instead.',
        { cause: error },
      );
    });
    await syncDirectory(realDataDir);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

const initdbOptions = [
  '--username=postgres',
  '--auth=trust',
  '--encoding=UTF8',
  // Sorting that no update of a system library can change, which would break indexes.
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--data-checksums',
  '--no-instructions',
];

/** What initdb left when it was killed. Failing to remove it only costs space. */
async function removeUnfinishedClusters(realDataDir: string): Promise<void> {
  for (const name of await readdir(realDataDir)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    await rm(join(realDataDir, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Gives a directory and everything in it to a user, if its top does not belong to it yet. Needs root then. */
export async function handOver(path: string, owner: { uid: number; gid: number }): Promise<void> {
  if ((await lstat(path)).uid === owner.uid) return;
  for (const entry of await readdir(path, { recursive: true })) {
    await lchown(join(path, entry), owner.uid, owner.gid);
  }
  // Last, because its owner says whether the work is done.
  await chown(path, owner.uid, owner.gid);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
