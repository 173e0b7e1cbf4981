import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { claimDataDir, DataDirInUse, findOwner, type DataDirClaim } from '@aigc/db/embedded/data-dir-owner';
import {
  findEmbeddedPostgres,
  hasEmbeddedPostgres,
  startEmbeddedPostgres,
} from '@aigc/db/embedded/embedded-postgres';
import type { Env } from '../env.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';

export interface ReachedDatabase {
  connectionString: string;
  /** Where the server of this installation answers; null: none runs. */
  serverAddress: string | null;
  /** Stops what was started for the command and gives the data directory back. */
  leave(): Promise<void>;
}

type ReachEnv = Pick<Env, 'dataDir' | 'databaseUrl'>;

/** What a server that starts meanwhile is told about who has its data directory. */
const COMMAND_ADDRESS = 'the command line (it will be done in a moment)';
/** How long a starting server, or another command, is waited for. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 100;

/** Finds the database of an installation, or starts the embedded one. @throws CliError, DataDirInUse or EmbeddedPostgresError */
export async function reachDatabase(
  context: CliContext,
  env: ReachEnv,
  { mayCreate }: { mayCreate: boolean },
): Promise<ReachedDatabase> {
  const { databaseUrl, dataDir } = env;
  if (databaseUrl !== null) {
    return {
      connectionString: databaseUrl,
      serverAddress: await findServerAddress(dataDir),
      leave: async () => undefined,
    };
  }
  if (!mayCreate && !(await hasEmbeddedPostgres({ dataDir }))) {
    throw new CliError(
      `There is no database in ${dataDir} yet. Run \`npm run cli -- install\`, or start the server with \`npm start\`.`,
    );
  }
  return reachEmbedded(context, dataDir);
}

/** Where the server of this data directory answers; null: none runs. Makes nothing. */
export async function findServerAddress(dataDir: string): Promise<string | null> {
  // Looking for an owner would make the directory.
  if (!existsSync(dataDir)) return null;
  const owner = await findOwner(dataDir);
  return owner.state === 'answered' && isServer(owner.address) ? owner.address : null;
}

function isServer(address: string): boolean {
  return /^https?:\/\//.test(address);
}

async function reachEmbedded(context: CliContext, dataDir: string): Promise<ReachedDatabase> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    context.signal.throwIfAborted();
    const owner = await findOwner(dataDir);
    if (owner.state === 'answered' && isServer(owner.address)) {
      const connectionString = await findEmbeddedPostgres({ dataDir });
      if (connectionString !== undefined) {
        return { connectionString, serverAddress: owner.address, leave: async () => undefined };
      }
    } else if (owner.state !== 'answered') {
      const claim = await tryClaim(dataDir);
      if (claim !== null) return startOwn(context, dataDir, claim);
    }
    // The server is starting, or another command runs, whose database ends with it and so is not for sharing.
    if (performance.now() > giveUpAt) {
      throw new DataDirInUse(dataDir, owner.state === 'answered' ? owner : undefined);
    }
    if (isFirst) context.terminal.note('Waiting for another process that has the data directory…');
    await delay(RETRY_MS, undefined, { signal: context.signal });
  }
}

/** Null: somebody else was faster. */
async function tryClaim(dataDir: string): Promise<DataDirClaim | null> {
  try {
    return await claimDataDir(dataDir, { address: COMMAND_ADDRESS });
  } catch (error) {
    if (error instanceof DataDirInUse) return null;
    throw error;
  }
}

async function startOwn(
  { terminal, signal }: CliContext,
  dataDir: string,
  claim: DataDirClaim,
): Promise<ReachedDatabase> {
  try {
    const onProgress = (line: string): void => terminal.note(line);
    const database = await startEmbeddedPostgres({ dataDir, onProgress, signal });
    return {
      connectionString: database.connectionString,
      serverAddress: null,
      async leave() {
        try {
          await database.stop();
        } finally {
          await claim.release();
        }
      },
    };
  } catch (error) {
    await claim.release();
    throw error;
  }
}
