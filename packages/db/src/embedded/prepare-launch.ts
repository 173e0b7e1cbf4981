import { join } from 'node:path';
import {
  clusterDirectory,
  createCluster,
  findCluster,
  handOver,
  type FoundCluster,
} from './cluster-directory.ts';
import { writeClusterSettings } from './cluster-settings.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import type { LaunchOptions } from './launch-server.ts';
import { locatePostgresBinaries } from './postgres-binaries.ts';
import { readPostmasterFile, replaceDeadPid } from './postmaster-file.ts';
import { isPostmasterOf } from './postmaster-process.ts';
import { chooseServerAccount, serverAccounts } from './server-account.ts';
import { serverSocketName } from './server-probe.ts';
import { privateSocketDirectory } from './socket-directory.ts';

export interface PrepareOptions {
  realDataDir: string;
  report: (message: string) => void;
  signal: AbortSignal;
  /** Overrides the ways to run PostgreSQL, to try each of them in tests. */
  accounts?: typeof serverAccounts;
}

/** Makes everything that a server needs which does not run yet: its database, settings and socket directory. */
export async function prepareLaunch(options: PrepareOptions): Promise<LaunchOptions> {
  const { realDataDir, report, signal } = options;
  const clusterDir = clusterDirectory(realDataDir);
  const { initdb, postgres } = locatePostgresBinaries();
  const existing = await findCluster(clusterDir);
  const accounts = (options.accounts ?? serverAccounts)(existing?.owner);
  const { account, majorVersion } = await chooseServerAccount(realDataDir, { postgres, accounts });
  if (existing) {
    requireVersion(existing, majorVersion, clusterDir);
  } else {
    report('Creating the database (only the first time)…');
    await createCluster(realDataDir, { initdb, account });
    signal.throwIfAborted();
  }
  await handOver(clusterDir, account.owner);
  await writeClusterSettings(clusterDir, account.owner);
  const socketDir = await privateSocketDirectory(realDataDir, {
    name: 'socket',
    socketName: serverSocketName,
    owner: account.owner,
  });
  for (const lockFile of [join(clusterDir, 'postmaster.pid'), join(socketDir, `${serverSocketName}.lock`)]) {
    const recorded = await readPostmasterFile(lockFile);
    if (!recorded || (await isPostmasterOf(recorded.pid, clusterDir)) !== 'no') continue;
    await replaceDeadPid(lockFile);
  }
  report(`Starting PostgreSQL ${majorVersion}…`);
  const startLog = join(realDataDir, 'postgres-start.log');
  return { postgres, account, clusterDir, socketDir, startLog, report, signal };
}

function requireVersion(existing: FoundCluster, majorVersion: number, clusterDir: string): void {
  if (existing.majorVersion === majorVersion) return;
  throw new EmbeddedPostgresError(
    `The database in ${clusterDir} was made by PostgreSQL ${existing.majorVersion}, and this version of AIGC Space ` +
      `brings PostgreSQL ${majorVersion}, which cannot read it. Either start the version of AIGC Space that made ` +
      'it, or move its data with pg_dump and psql to a server of your own and set DATABASE_URL to that.',
  );
}
