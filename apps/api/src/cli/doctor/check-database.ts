import { migrationStatus } from '@aigc/db/migrate';
import type { DatabaseContext } from './doctor-context.ts';
import { count, fail, ok, warn, type Check } from './finding.ts';

/** The oldest that the PostgreSQL project itself still mends. */
const OLDEST_MAJOR = 14;

export const databaseCheck: Check<DatabaseContext> = {
  name: 'database',
  async run({ em, env: { databaseUrl } }) {
    const [row] = await em().execute<{ number: number; version: string }[]>(
      "select current_setting('server_version_num')::int as number, current_setting('server_version') as version",
    );
    const { number = 0, version = 'of an unknown version' } = row ?? {};
    const which = databaseUrl === null ? 'the embedded PostgreSQL' : 'the PostgreSQL of DATABASE_URL';
    if (Math.floor(number / 10_000) >= OLDEST_MAJOR) return ok(`${which} answers (${version})`);
    return fail(`${which} is ${version}`, `Upgrade it to PostgreSQL ${OLDEST_MAJOR} or later.`);
  },
};

export const migrationsCheck: Check<DatabaseContext> = {
  name: 'migrations',
  async run({ orm }) {
    const migrations = await migrationStatus(orm);
    const unknown = migrations.filter(({ isKnown }) => !isKnown);
    if (unknown.length > 0) {
      return fail(
        `the database belongs to a newer version (${unknown.map(({ name }) => name).join(', ')})`,
        'Update this installation to the version that made it.',
      );
    }
    const pending = migrations.filter(({ appliedAt }) => appliedAt === null);
    if (pending.length > 0) {
      return fail(
        `${count(pending.length, 'migration')} pending`,
        'Run `npm run cli -- migrate`, or start the server.',
      );
    }
    return ok(`the tables are up to date (${count(migrations.length, 'migration')})`);
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
  const message = `the clocks of this machine and of the database differ by ${(size / 1_000).toFixed(1)} s`;
  const fix = 'Let both machines set their clocks by NTP.';
  if (size >= LARGE_SKEW_MS) return fail(message, fix);
  return size >= SMALL_SKEW_MS ? warn(message, fix) : ok('this machine and the database have the same time');
}
