import { pendingMigrations } from '@aigc/db/migrate';
import type { CallParts } from './call-parts.ts';
import type { Container } from './container.ts';
import { within } from './processes/within.ts';

export interface Readiness {
  ready: boolean;
  checks: {
    database: boolean;
    migrations: boolean;
    /** Settlements can be made durable. */
    journal: boolean;
    /** Keys and models in memory are young enough to be believed. */
    snapshot: boolean;
    draining: boolean;
  };
}

/** A load balancer asks often and gives up soon. */
const DATABASE_TIMEOUT_MS = 2_000;

export interface ReadinessOptions {
  /** Absent in a process that serves no calls. */
  calls: Pick<CallParts, 'books' | 'snapshot'> | undefined;
  isDraining: boolean;
}

/**
 * Whether this process can take work: the database answers, its tables are this version's, calls can be checked and
 * entered, no drain has begun.
 */
export async function checkReadiness(
  container: Container,
  { calls, isDraining }: ReadinessOptions,
): Promise<Readiness> {
  const migrations = await hasAllMigrations(container);
  const checks = {
    database: migrations !== null,
    migrations: migrations === true,
    journal: calls?.books.status().acceptsCalls ?? true,
    snapshot: (calls?.snapshot.ageMs() ?? 0) <= container.env.snapshotMaxStaleMs,
    draining: isDraining,
  };
  const { draining, ...needed } = checks;
  return { ready: !draining && Object.values(needed).every(Boolean), checks };
}

/** Null: the database did not answer in time. */
async function hasAllMigrations({ orm }: Container): Promise<boolean | null> {
  try {
    return (await within(DATABASE_TIMEOUT_MS, pendingMigrations(orm))).length === 0;
  } catch {
    return null;
  }
}
