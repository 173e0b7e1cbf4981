import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, type EntityManager, type Options } from '@mikro-orm/postgresql';
import { ENTITIES } from './entities/all.ts';
import { SCHEMA } from './entities/columns.ts';
import { MIGRATIONS } from './migrations/all.ts';

export type { EntityManager };
export type Orm = MikroORM;

export interface OrmOptions {
  /** A PostgreSQL URL; a socket directory may stand in its `host` parameter. */
  connectionString: string;
  /** Connections kept at most. */
  poolSize?: number;
  /** Gets what the ORM would print, such as a lost connection. */
  onMessage?: (message: string) => void;
}

/** To get a connection, from the pool or a new one. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Opens the database. Nothing is migrated: see `migrate`. */
export async function openOrm(options: OrmOptions): Promise<Orm> {
  const config = {
    clientUrl: options.connectionString,
    entities: ENTITIES,
    schema: SCHEMA,
    extensions: [Migrator],
    pool: { min: 0, max: options.poolSize ?? 10 },
    driverOptions: {
      // The ORM reads only a part of the address; the driver also its parameters, such as sslmode.
      connectionString: options.connectionString,
      // A host that does not answer, or a pool with nothing free, is an error and not a wait without end.
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    },
    forceUtcTimezone: true,
    colors: false,
    logger: options.onMessage ?? (() => undefined),
    migrations: {
      migrationsList: MIGRATIONS,
      snapshot: false,
      tableName: 'migrations',
      disableForeignKeys: false,
      silent: true,
    },
    discovery: { warnWhenNoEntities: true },
  } satisfies Partial<Options>;
  return MikroORM.init(config);
}
