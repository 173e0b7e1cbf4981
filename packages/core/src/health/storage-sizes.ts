import type { EntityManager } from '@mikro-orm/postgresql';
import { listLogPartitions } from '../logs/partitions.ts';

/** One month of the call log on disk, indexes included. */
export interface LogMonth {
  month: string;
  /** As the database estimates them. */
  rows: number;
  bytes: number;
}

/** The months of the call log, newest first. */
export async function logMonths(em: EntityManager): Promise<LogMonth[]> {
  const partitions = await listLogPartitions(em);
  const rows = await em.execute<{ name: string; rows: string; bytes: string }[]>(
    `select c.relname as name, greatest(c.reltuples, coalesce(s.n_live_tup, 0), 0)::bigint::text as rows,
       pg_total_relation_size(c.oid)::text as bytes
     from pg_class c left join pg_stat_all_tables s on s.relid = c.oid
     where c.oid in (select inhrelid from pg_inherits where inhparent = 'aigcspace.api_call_log'::regclass)`,
  );
  const sizes = new Map(rows.map((row) => [row.name, row]));
  return partitions
    .map(({ table, month }) => {
      const size = sizes.get(table);
      return { month, rows: Number(size?.rows ?? 0), bytes: Number(size?.bytes ?? 0) };
    })
    .toReversed();
}

/** Of the whole database, in bytes. */
export async function databaseSize(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ bytes: string }[]>(
    'select pg_database_size(current_database())::text as bytes',
  );
  return Number(row?.bytes ?? 0);
}
