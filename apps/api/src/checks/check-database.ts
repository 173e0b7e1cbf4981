import { migrationStatus } from '@aigc/db/migrate';
import type { DatabaseContext } from './check-context.ts';
import { fail, ok, warn, type Check } from './finding.ts';

/** The oldest that the PostgreSQL project itself still mends. */
const OLDEST_MAJOR = 14;

export const databaseCheck: Check<DatabaseContext> = {
  name: 'database',
  async run({ em, env: { databaseUrl } }) {
    const [row] = await em().execute<{ number: number; version: string }[]>(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
    );
    const { number = 0, version = 'of an unknown version' } = row ?? {};
    if (Math.floor(number / 10_000) < OLDEST_MAJOR) {
      return fail('database.old', { version, oldest: OLDEST_MAJOR });
    }
    return databaseUrl === null ? ok('database.embedded', { version }) : ok('database.ok', { version });
  },
};

export const migrationsCheck: Check<DatabaseContext> = {
  name: 'migrations',
  async run({ orm }) {
    const migrations = await migrationStatus(orm);
    const unknown = migrations.filter(({ isKnown }) => !isKnown);
    if (unknown.length > 0) {
      return fail('migrations.newer', { names: unknown.map(({ name }) => name) });
    }
    const pending = migrations.filter(({ appliedAt }) => appliedAt === null);
    if (pending.length > 0) {
      return fail('migrations.pending', { count: pending.length });
    }
    return ok('migrations.ok', { count: migrations.length });
  },
};

const LARGE_SKEW_MS = 60_000;
const SMALL_SKEW_MS = 2_000;

export const clockCheck: Check<DatabaseContext> = {
  name: 'clock',
  async run({ em }) {
    const before = Date.now();
    const [row] = await em().execute<{ now_ms: string }[]>(
      'select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as now_ms',
    );
    const skewMs = Math.round(Number(row?.now_ms) - (before + Date.now()) / 2);
    return judgeSkew(skewMs);
  },
};

export function judgeSkew(skewMs: number) {
  const size = Math.abs(skewMs);
  if (size >= LARGE_SKEW_MS) return fail('clock.far_apart', { skewMs: size });
  return size >= SMALL_SKEW_MS ? warn('clock.apart', { skewMs: size }) : ok('clock.ok');
}
