import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readSettings } from '../settings/settings.ts';
import { listLogPartitions } from './partitions.ts';

const DAY_MS = 86_400_000;
/** Rows deleted in one transaction, and the pause that lets others in. */
const BATCH = 5_000;
const PAUSE_MS = 50;

export interface DeletedCalls {
  /** Months whose partition was dropped. */
  months: string[];
  /** Calls deleted one by one, of the month in which the limit lies. */
  calls: number;
}

/** From when on calls are kept. Null: all of them. */
export async function logKeptFrom(em: EntityManager, now: Date): Promise<Date | null> {
  const { logRetentionDays } = await readSettings(em);
  return logRetentionDays === null ? null : new Date(now.getTime() - logRetentionDays * DAY_MS);
}

/**
 * Deletes the calls that are older than the setting `log_retention_days`. Their sums and their ledger entries stay:
 * stats, bills and balances do not change.
 */
export async function deleteOldCalls(
  em: EntityManager,
  now: Date,
  signal?: AbortSignal,
): Promise<DeletedCalls> {
  const deleted: DeletedCalls = { months: [], calls: 0 };
  const keptFrom = await logKeptFrom(em, now);
  if (keptFrom === null) return deleted;
  for (const { table, month, endsAt } of await listLogPartitions(em)) {
    if (endsAt > keptFrom || signal?.aborted === true) continue;
    await em.transactional(async (tx) => {
      // Whoever comes after this waits behind it: rather try again later.
      await tx.execute(`set local lock_timeout = '3s'`);
      await tx.execute(`drop table aigcspace.${table}`);
    });
    deleted.months.push(month);
  }
  while (signal?.aborted !== true) {
    const rows = await em.execute<unknown[]>(
      `delete from aigcspace.api_call_log where (id, created_at) in (
         select id, created_at from aigcspace.api_call_log where created_at < ? order by created_at, id limit ${BATCH}
       ) and created_at < ? returning 1`,
      [keptFrom, keptFrom],
    );
    deleted.calls += rows.length;
    if (rows.length < BATCH) break;
    await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
  return deleted;
}
