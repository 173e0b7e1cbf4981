import { setTimeout as delay } from 'node:timers/promises';
import type { Secrets } from '@aigc/core/secrets/secrets';
import type { Orm } from '@aigc/db/orm';
import { createContainer, type Container } from './container.ts';
import type { Env } from './env.ts';
import { openLimiter } from './limits/open-limiter.ts';
import { startJobs } from './jobs/start-jobs.ts';
import type { Log } from './log.ts';
import { openDatabase } from './open-database.ts';
import { prepareDatabase, prepareInstallation } from './prepare-installation.ts';
import { createOwnParts, type SharedParts } from './processes/shared-parts.ts';
import { runsJobs } from './role.ts';
import { serve, type RunningServer } from './serve.ts';

export interface AppOptions {
  env: Env;
  log: Log;
  connectionString: string;
  /** Gets a line for every step that people may want to follow. */
  report: (line: string) => void;
  /** Gives up waiting for the database. */
  signal?: AbortSignal | undefined;
}

/** The running product. */
export interface App extends RunningServer {
  container: Container;
  /** Null: set-up is done. */
  setupToken: string | null;
  /** Finishes what runs, within a bound, and closes everything but the database server. */
  stop(forced?: AbortSignal): Promise<void>;
}

/** A connection that was lost without a word may never be given back to its pool: the end does not wait for it. */
const CLOSE_MS = 5_000;

/** Brings the product up on a database that answers: migrations, keys, recovery, first data, and the server. */
export async function startApp(options: AppOptions): Promise<App> {
  const shared = createOwnParts(await openLimiter(options.env.redisUrl, options.log));
  const part = await openPart(options, { secrets: (orm) => prepareDatabase(orm, options), shared });
  return part.closeOnFailure(async () => {
    const setupToken = await prepareInstallation(part.container, options.report);
    const server = await serve(part.container);
    const jobs = runsJobs(options.env.role) ? startJobs(part.container) : null;
    return {
      origin: server.origin,
      port: server.port,
      calls: server.calls,
      container: part.container,
      setupToken,
      async stop(forced) {
        await Promise.all([server.stop(forced), jobs?.stop()]);
        await part.close();
      },
    };
  });
}

/** A process's connections and everything made from them, without a server. */
export interface AppPart {
  container: Container;
  /** Runs a step of the start; when it fails, everything is closed. */
  closeOnFailure<T>(step: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface PartOptions {
  /** How this process comes by the keys. */
  secrets: (orm: Orm) => Promise<Secrets>;
  shared: SharedParts;
}

/** Opens the database and joins the parts. */
export async function openPart(options: AppOptions, { secrets, shared }: PartOptions): Promise<AppPart> {
  const { env, log, connectionString } = options;
  const orm = await openDatabase(options);
  let container: Container;
  try {
    container = await createContainer({
      env,
      log,
      orm,
      connectionString,
      shared,
      secrets: await secrets(orm),
    });
  } catch (error) {
    await orm.close(true).catch(() => {});
    throw error;
  }
  let closing: Promise<void> | undefined;
  async function closeOnce(): Promise<void> {
    const closed = container.close().then(() => orm.close(true));
    await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })]);
  }
  const close = (): Promise<void> => (closing ??= closeOnce());
  return {
    container,
    close,
    async closeOnFailure(step) {
      try {
        return await step();
      } catch (error) {
        await close().catch(() => {});
        throw error;
      }
    },
  };
}
