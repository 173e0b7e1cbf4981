import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adoptedServer, foundServer } from './adopted-server.ts';
import { clusterDirectory, createCluster, findCluster, handOver } from './cluster-directory.ts';
import { writeClusterSettings } from './cluster-settings.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { inspectServer } from './inspect-server.ts';
import { launchServer, recoveryMs } from './launch-server.ts';
import { locatePostgresBinaries } from './postgres-binaries.ts';
import { readPostmasterFile, replaceDeadPid } from './postmaster-file.ts';
import { isPostmasterOf } from './postmaster-process.ts';
import type { RunningServer } from './running-server.ts';
import { chooseServerAccount, serverAccounts } from './server-account.ts';
import { ensureDatabase, serverSocketName } from './server-probe.ts';
import { privateSocketDirectory } from './socket-directory.ts';
import { stopServer } from './stop-server.ts';

/** How long the processes of a killed server, or a server that is ending, may stay in the way. */
const remainsMs = 60_000;
/** A server of ours that nobody can reach (its socket was swept away, it is frozen) is ended after this. */
const unreachableAfterMs = 10_000;

export interface BringUpOptions {
  realDataDir: string;
  report: (message: string) => void;
  signal: AbortSignal;
  /** Overrides the ways to run PostgreSQL, to try each of them in tests. */
  accounts?: typeof serverAccounts;
  /** Overrides how long a server that runs but does not answer is waited for. */
  unreachableMs?: number;
}

/** Adopts the server that runs on the data directory, or creates what is missing and starts one. */
export async function bringUpServer(options: BringUpOptions): Promise<RunningServer> {
  const server = await findOrLaunch(options);
  try {
    await ensureDatabase(server.socketDir);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function findOrLaunch(options: BringUpOptions): Promise<RunningServer> {
  const { realDataDir, report, signal, unreachableMs = unreachableAfterMs } = options;
  const clusterDir = clusterDirectory(realDataDir);
  const startedAt = performance.now();
  let silentSince: number | undefined;
  let reported = '';
  const reportOnce = (message: string): void => {
    if (message !== reported) report(message);
    reported = message;
  };
  for (;;) {
    signal.throwIfAborted();
    const found = await inspectServer(clusterDir);
    if (found.state === 'ready') {
      report('Taking over the database server that an earlier run left behind…');
      return adoptedServer(clusterDir, found);
    }
    if (found.state === 'none') {
      const launched = await launch(options, clusterDir);
      if (launched) return launched;
      reportOnce('Waiting for the remains of a killed database server to go…');
    } else if (found.state === 'busy') {
      reportOnce('Waiting for the database server that an earlier run left behind…');
    } else {
      silentSince ??= performance.now();
      if (performance.now() - silentSince > unreachableMs) {
        reportOnce('Ending a database server that does not answer…');
        await stopServer(foundServer(clusterDir, found));
      }
    }
    if (found.state !== 'silent') silentSince = undefined;
    if (performance.now() - startedAt > (found.state === 'busy' ? recoveryMs : remainsMs)) break;
    await sleep(200);
  }
  throw new EmbeddedPostgresError(
    `Another database server seems to run on ${clusterDir}, or its remains do not go away. ` +
      `Its process is named in ${join(clusterDir, 'postmaster.pid')}; end it (pg_ctl stop), and start again.`,
  );
}

async function launch(options: BringUpOptions, clusterDir: string): Promise<RunningServer | undefined> {
  const { realDataDir, report, signal } = options;
  const binaries = locatePostgresBinaries();
  const existing = await findCluster(clusterDir);
  const accounts = (options.accounts ?? serverAccounts)(existing?.owner);
  const { account, majorVersion } = await chooseServerAccount(realDataDir, {
    postgres: binaries.postgres,
    accounts,
  });
  if (existing && existing.majorVersion !== majorVersion) {
    throw new EmbeddedPostgresError(
      `The database in ${clusterDir} was made by PostgreSQL ${existing.majorVersion}, and this version of AIGC Space ` +
        `brings PostgreSQL ${majorVersion}, which cannot read it. Either start the version of AIGC Space that made it, ` +
        `or set DATABASE_URL to a server to which its data was moved with pg_dump and psql ` +
        `(of PostgreSQL ${existing.majorVersion} or later).`,
    );
  }
  if (!existing) {
    report('Creating the database (only the first time)…');
    await createCluster(realDataDir, { initdb: binaries.initdb, account });
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
  return launchServer({ ...binaries, account, clusterDir, socketDir, startLog, report, signal });
}
