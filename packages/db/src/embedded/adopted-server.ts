import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPostmasterFile } from './postmaster-file.ts';
import { isPostmasterOf } from './postmaster-process.ts';
import type { RunningServer } from './running-server.ts';
import { probeServer } from './server-probe.ts';
import { stopServer, type StoppableServer } from './stop-server.ts';

const watchIntervalMs = 500;

/** A server that an earlier owner of the data directory left behind. */
export function adoptedServer(clusterDir: string, found: { pid: number; socketDir: string }): RunningServer {
  const target = foundServer(clusterDir, found);
  let stopped: Promise<void> | undefined;
  return {
    socketDir: found.socketDir,
    ended: (async () => {
      while (!(await target.hasEnded())) await sleep(watchIntervalMs, undefined, { ref: false });
    })(),
    stop: () => (stopped ??= stopServer(target)),
  };
}

/**
 * A server known by its `postmaster.pid`. Where the system does not say what process an id belongs to, the
 * server itself has to answer from this database directory before anything is sent to that id.
 */
export function foundServer(
  clusterDir: string,
  found: { pid: number; socketDir: string | undefined },
): StoppableServer {
  const runs = async (): Promise<boolean> => {
    const verdict = await isPostmasterOf(found.pid, clusterDir);
    if (verdict !== 'unknown') return verdict === 'yes';
    const recorded = await readPostmasterFile(join(clusterDir, 'postmaster.pid'));
    if (recorded?.pid !== found.pid || found.socketDir === undefined) return false;
    const answer = await probeServer(found.socketDir, clusterDir);
    return answer === 'ready' || answer === 'busy';
  };
  return {
    hasEnded: async () => !(await runs()),
    signal: async (name) => {
      if (await runs()) process.kill(found.pid, name);
    },
  };
}
