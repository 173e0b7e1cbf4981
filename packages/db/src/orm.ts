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

/** Opens the database. Nothing is migrated: see `migrate`. */
export async function openOrm(options: OrmOptions): Promise<Orm> {
  const config = {
    clientUrl: options.connectionString,
    entities: ENTITIES,
    schema: SCHEMA,
    extensions: [Migrator],
    pool: { min: 0, max: options.poolSize ?? 10 },
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
