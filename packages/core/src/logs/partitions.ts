import type { EntityManager } from '@mikro-orm/postgresql';

/** Months after the current one whose partitions exist in advance. */
export const MONTHS_AHEAD = 2;
/** Older calls stay together in the default partition: only a wrong clock dates them so. */
const MAX_AGE_MONTHS = 60;

/** A month's partition. */
export interface LogPartition {
  /** Without schema. */
  table: string;
  /** `YYYY-MM`, in UTC. */
  month: string;
  startsAt: Date;
  /** Exclusive. */
  endsAt: Date;
}

/** The partitions of months, oldest first; without the default one. */
export async function listLogPartitions(em: EntityManager): Promise<LogPartition[]> {
  const rows = await em.execute<{ name: string }[]>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'aigcspace.api_call_log'::regclass order by c.relname`,
  );
  return rows.flatMap(({ name }) => toPartition(name) ?? []);
}

function toPartition(table: string): LogPartition | null {
  const match = /^api_call_log_y(\d{4})m(\d{2})$/.exec(table);
  if (match === null) return null;
  const [year, month] = [Number(match[1]), Number(match[2])];
  return {
    table,
    month: `${match[1]}-${match[2]}`,
    startsAt: new Date(Date.UTC(year, month - 1)),
    endsAt: new Date(Date.UTC(year, month)),
  };
}

/** `YYYY-MM` of the months whose partitions should exist at a time. */
export function monthsAhead(now: Date): string[] {
  return Array.from({ length: MONTHS_AHEAD + 1 }, (_, ahead) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)).toISOString().slice(0, 7),
  );
}

/**
 * Makes the partitions of this month and the next ones, and of months whose calls came too early for theirs: those move
 * out of the default partition. Waits only briefly for others: what fails is done the next time. Returns how many were made.
 */
export async function createLogPartitions(em: EntityManager, now: Date): Promise<number> {
  let made = 0;
  const months = new Set([...(await monthsInDefault(em, now)), ...monthsAhead(now)]);
  for (const month of months) {
    made += await em.transactional(async (tx) => {
      await tx.execute(`set local lock_timeout = '3s'`);
      const [row] = await tx.execute<{ made: boolean }[]>(
        'select aigcspace.create_call_log_partition(?::timestamptz) as made',
        [`${month}-01T00:00:00Z`],
      );
      return row?.made === true ? 1 : 0;
    });
  }
  return made;
}

/** How many calls the default partition has: those of wrong clocks, or of months without a partition. */
export async function countStrayCalls(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from aigcspace.api_call_log_default',
  );
  return row?.count ?? 0;
}

async function monthsInDefault(em: EntityManager, now: Date): Promise<string[]> {
  const oldest = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MAX_AGE_MONTHS));
  const newest = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + MONTHS_AHEAD + 1));
  const rows = await em.execute<{ month: string }[]>(
    `select distinct to_char(created_at at time zone 'UTC', 'YYYY-MM') as month from aigcspace.api_call_log_default
     where created_at >= ? and created_at < ? order by month`,
    [oldest, newest],
  );
  return rows.map(({ month }) => month);
}
