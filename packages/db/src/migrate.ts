import { SCHEMA } from './entities/columns.ts';
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

export interface MigrationStatus {
  name: string;
  /** ISO 8601; null: it is pending. */
  appliedAt: string | null;
  /** False: a newer version of the product has made it. */
  isKnown: boolean;
}

/** Every migration, oldest first. Changes nothing, not even in an empty database. */
export async function migrationStatus(orm: Orm): Promise<MigrationStatus[]> {
  const em = orm.em.fork();
  const table = `${SCHEMA}.migrations`;
  const [found] = await em.execute<{ exists: boolean }[]>('select to_regclass(?) is not null as exists', [
    table,
  ]);
  const applied =
    found?.exists === true
      ? await em.execute<{ name: string; executed_at: Date | string }[]>(
          `select name, executed_at from ${table} order by id`,
        )
      : [];
  // The name is the instance's: a class's own name may be changed by tools.
  const known = MIGRATIONS.map((Migration) => new Migration(em.getDriver(), orm.config).name);
  return [
    ...applied.map(({ name, executed_at: at }) => ({
      name,
      appliedAt: new Date(at).toISOString(),
      isKnown: known.some((other) => other === name),
    })),
    ...known
      .filter((name) => !applied.some((row) => row.name === name))
      .map((name) => ({ name, appliedAt: null, isKnown: true })),
  ];
}

/** How many migrations this version knows. */
export const MIGRATION_COUNT = MIGRATIONS.length;
