import type { EntityManager } from '@mikro-orm/postgresql';
import type { Deps } from '@aigc/core/deps';
import { migrate, migrationStatus } from '@aigc/db/migrate';
import type { Orm } from '@aigc/db/orm';
import type { Env } from '../env.ts';
import { loadSecrets } from '../load-secrets.ts';
import { createLog } from '../log.ts';
import { openDatabase } from '../open-database.ts';
import { loadPlugins } from '../plugins/load-plugins.ts';
import { pluginPlaces } from '../plugins/plugin-places.ts';
import type { CliContext } from './cli-context.ts';
import { CliError, EXIT } from './cli-error.ts';
import { reachDatabase, type ReachedDatabase } from './reach-database.ts';

/** The installation that a command works on, for as long as it runs. */
export interface Installation {
  env: Env;
  orm: Orm;
  connectionString: string;
  /** Where the server of this installation answers; null: none runs. */
  serverAddress: string | null;
  /** A new entity manager. */
  em(): EntityManager;
  /** The same with the secrets, proved against the database. @throws SecretKeysError */
  deps(): Promise<Deps>;
}

export interface UseInstallationOptions {
  /**
   * `run`: makes the database and its tables where they are missing. `create`: the database only. `require`: refuses to work on tables other than this
   * version's. `ignore`: for commands that look at them themselves.
   */
  migrations: 'run' | 'create' | 'require' | 'ignore';
}

/** Doctor tells of plug-ins that cannot be loaded. */
const SILENT = createLog({ level: 'silent', isForPeople: false });
/** A database of one's own may just be starting; a command is not worth waiting longer. */
const PATIENCE_MS = 2_000;

/**
 * Runs a command on the installation: beside its server when that runs, otherwise with the embedded database
 * started for as long as the command needs it. @throws CliError and what operators can mend
 */
export async function withInstallation<T>(
  context: CliContext,
  options: UseInstallationOptions,
  use: (installation: Installation) => Promise<T>,
): Promise<T> {
  const env = context.readEnv();
  try {
    const reached = await reachDatabase(context, env, {
      mayCreate: ['run', 'create'].includes(options.migrations),
    });
    try {
      return await withOrm(context, { env, reached, ...options }, use);
    } finally {
      await reached.leave();
    }
  } catch (error) {
    // Whatever fails while the command is being ended fails because of that.
    if (context.signal.aborted) throw new CliError('Interrupted.', EXIT.interrupted);
    throw error;
  }
}

async function withOrm<T>(
  { terminal, signal }: CliContext,
  { env, reached, migrations }: UseInstallationOptions & { env: Env; reached: ReachedDatabase },
  use: (installation: Installation) => Promise<T>,
): Promise<T> {
  const { connectionString, serverAddress } = reached;
  const report = (line: string): void => terminal.note(line);
  const orm = await openDatabase({ connectionString, report, signal, patienceMs: PATIENCE_MS });
  try {
    if (migrations === 'run') await migrate(orm);
    if (migrations === 'require') await requireMigrations(orm);
    let secrets: ReturnType<typeof loadSecrets> | undefined;
    let plugins: ReturnType<typeof loadPlugins> | undefined;
    const installation: Installation = {
      env,
      orm,
      connectionString,
      serverAddress,
      em: () => orm.em.fork(),
      async deps() {
        // What the server's plug-ins can speak, commands can be told of too.
        plugins ??= loadPlugins({ sources: env.plugins, places: pluginPlaces(env), log: SILENT });
        await plugins;
        secrets ??= loadSecrets(env, orm.em.fork());
        return { em: orm.em.fork(), secrets: await secrets };
      },
    };
    signal.throwIfAborted();
    return await use(installation);
  } finally {
    await orm.close(true);
  }
}

async function requireMigrations(orm: Orm): Promise<void> {
  const migrations = await migrationStatus(orm);
  const unknown = migrations.find(({ isKnown }) => !isKnown);
  if (unknown !== undefined) {
    throw new CliError(
      `The database belongs to a newer version of AIGC Space (migration ${unknown.name}). Update this one.`,
    );
  }
  if (migrations.some(({ appliedAt }) => appliedAt === null)) {
    throw new CliError('The database is not up to date. Run `npm run cli -- migrate`, or start the server.');
  }
}
