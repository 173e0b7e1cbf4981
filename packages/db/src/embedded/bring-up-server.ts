import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { adoptedServer, foundServer } from './adopted-server.ts';
import { clusterDirectory } from './cluster-directory.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { inspectServer } from './inspect-server.ts';
import { launchServer, recoveryMs } from './launch-server.ts';
import { prepareLaunch, type PrepareOptions } from './prepare-launch.ts';
import type { RunningServer } from './running-server.ts';
import { ensureDatabase } from './server-probe.ts';
import { stopServer } from './stop-server.ts';

/** How long the processes of a killed server, or a server that is ending, may stay in the way. */
const remainsMs = 60_000;
/** A server of ours that nobody can reach (its socket was swept away, it is frozen) is ended after this. */
const unreachableAfterMs = 10_000;

export interface BringUpOptions extends PrepareOptions {
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
      const launched = await launchServer(await prepareLaunch(options));
      if (launched) return launched;
      reportOnce('Waiting for the remains of a killed database server to go…');
    } else if (found.state === 'busy') {
      reportOnce('Waiting for the database server that an earlier run left behind…');
    } else {
      silentSince ??= performance.now();
      reportOnce('Waiting for a database server that does not answer…');
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
