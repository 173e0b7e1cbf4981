import { pendingMigrations } from '@aigc/db/migrate';
import type { Container } from './container.ts';

export interface Readiness {
  ready: boolean;
  checks: { database: boolean; migrations: boolean; draining: boolean };
}

/** A load balancer asks often and gives up soon. */
const DATABASE_TIMEOUT_MS = 2_000;

/** Whether this process can take work: the database answers, its tables are this version's, no drain has begun. */
export async function checkReadiness(container: Container, isDraining: boolean): Promise<Readiness> {
  const migrations = await withTimeout(hasAllMigrations(container));
  const checks = { database: migrations !== null, migrations: migrations === true, draining: isDraining };
  return { ready: checks.database && checks.migrations && !isDraining, checks };
}

/** Null: the database did not answer. */
async function hasAllMigrations({ orm }: Container): Promise<boolean | null> {
  try {
    return (await pendingMigrations(orm)).length === 0;
  } catch {
    return null;
  }
}

async function withTimeout<T>(promise: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), DATABASE_TIMEOUT_MS);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
