import { MIGRATIONS } from './migrations/all.ts';
import type { Orm } from './orm.ts';

/** Held while migrating, so that processes starting together do it one after the other. */
const MIGRATION_LOCK = 0x61_69_67_63;

/** Brings the database up to date. Returns the names of the migrations that ran now. */
export async function migrate(orm: Orm): Promise<string[]> {
  const em = orm.em.fork();
  return em.transactional(async (tx) => {
    await tx.execute('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    // The migrator works on a connection of its own: nothing else may be locked here.
    const done = await orm.migrator.up();
    return done.map((migration) => migration.name);
  });
}

/** Names of migrations that this version knows and the database lacks. */
export async function pendingMigrations(orm: Orm): Promise<string[]> {
  const pending = await orm.migrator.getPending();
  return pending.map((migration) => migration.name);
}

/** How many migrations this version knows. */
export const MIGRATION_COUNT = MIGRATIONS.length;
