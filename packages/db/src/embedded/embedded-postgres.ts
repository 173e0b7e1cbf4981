import { rmdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bringUpServer } from './bring-up-server.ts';
import { clusterDirectory, findCluster } from './cluster-directory.ts';
import { openDataDir } from './data-dir.ts';
import { inspectServer } from './inspect-server.ts';
import { keepServerRunning } from './keep-server-running.ts';
import { connectionString } from './server-probe.ts';

export interface EmbeddedPostgres {
  readonly socketDir: string;
  /** For pg and MikroORM: database aigcspace, user postgres, over the Unix socket. */
  readonly connectionString: string;
  /** Shuts the server down, keeping everything committed. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Gets a line of text for every step that may take a while, also later when the server had to be restarted. */
  onProgress?: (message: string) => void;
  /** Gives up a start that is under way. */
  signal?: AbortSignal;
}

/**
 * Starts the database server that comes with the product, on `<dataDir>/postgres`, creating that the first
 * time and taking over a server that a killed process left running. It is started again should it end on its
 * own, and survives this process unless `stop` is called.
 *
 * Claim the data directory first (`claimDataDir`): two owners would stop each other's server.
 *
 * @throws EmbeddedPostgresError with a message for the operator.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const realDataDir = await openDataDir(options.dataDir);
  const report = options.onProgress ?? (() => undefined);
  const signal = options.signal ?? new AbortController().signal;
  const first = await bringUpServer({ realDataDir, report, signal });
  const stop = keepServerRunning(first, {
    bringUp: (stopping) => bringUpServer({ realDataDir, report, signal: stopping }),
    report,
  });
  return {
    socketDir: first.socketDir,
    connectionString: connectionString(first.socketDir),
    stop: async () => {
      await stop();
      // Leaves nothing behind in the directory for temporary files. Kept when something else is in it.
      await rmdir(first.socketDir).catch(() => undefined);
    },
  };
}

/**
 * The connection string of the server that already runs for this data directory, for a command that works
 * beside its owner; undefined when none answers.
 */
export async function findEmbeddedPostgres(options: { dataDir: string }): Promise<string | undefined> {
  const found = await inspectServer(clusterDirectory(await openDataDir(options.dataDir)));
  return found.state === 'ready' ? connectionString(found.socketDir) : undefined;
}

/**
 * Whether a database was ever made in this data directory. Makes nothing, not even the directory.
 *
 * @throws EmbeddedPostgresError when its place holds something else, or cannot be read.
 */
export async function hasEmbeddedPostgres(options: { dataDir: string }): Promise<boolean> {
  return (await findCluster(clusterDirectory(resolve(options.dataDir)))) !== undefined;
}
