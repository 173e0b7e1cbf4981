import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/postgresql';
import { readSettings } from '../settings/settings.ts';

const DAY_MS = 86_400_000;
/** Rows deleted in one transaction, and the pause that lets others in. */
const BATCH = 1_000;
const PAUSE_MS = 50;

/** For how long bodies of calls are kept: no longer than the calls themselves. Null: none are, and none stay. */
export async function bodiesKeptForMs(em: EntityManager): Promise<number | null> {
  const { bodyLogging, logRetentionDays } = await readSettings(em);
  if (bodyLogging.mode === 'off') return null;
  return Math.min(bodyLogging.keepDays, logRetentionDays ?? Infinity) * DAY_MS;
}

/** From when on they are kept. */
export async function bodiesKeptFrom(em: EntityManager, now: Date): Promise<Date | null> {
  const keptForMs = await bodiesKeptForMs(em);
  return keptForMs === null ? null : new Date(now.getTime() - keptForMs);
}

/**
 * Deletes the bodies that are older than the setting allows, all of them while none are kept, and those of keys and
 * users that have gone. Returns how many.
 */
export async function deleteCallBodies(em: EntityManager, now: Date, signal?: AbortSignal): Promise<number> {
  const keptFrom = await bodiesKeptFrom(em, now);
  const old = await deleteWhere(
    em,
    keptFrom === null ? { sql: 'true', params: [] } : { sql: 'b.created_at < ?', params: [keptFrom] },
    signal,
  );
  const ofKeys = await deleteOrphans(em, { column: 'api_key_id', parents: 'platform_api_key' }, signal);
  const ofUsers = await deleteOrphans(em, { column: 'user_id', parents: 'users' }, signal);
  return old + ofKeys + ofUsers;
}

async function deleteWhere(
  em: EntityManager,
  { sql, params }: { sql: string; params: unknown[] },
  signal: AbortSignal | undefined,
): Promise<number> {
  let deleted = 0;
  while (signal?.aborted !== true) {
    const rows = await em.execute<unknown[]>(
      `delete from aigcspace.call_bodies where request_id in (
         select b.request_id from aigcspace.call_bodies b where ${sql} limit ${BATCH}
       ) returning 1`,
      params,
    );
    deleted += rows.length;
    if (rows.length < BATCH) break;
    await delay(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
  return deleted;
}

/** Whose rows there are is found by hopping through the index, however many rows each has. */
async function deleteOrphans(
  em: EntityManager,
  { column, parents }: { column: 'api_key_id' | 'user_id'; parents: 'platform_api_key' | 'users' },
  signal: AbortSignal | undefined,
): Promise<number> {
  const gone = await em.execute<{ id: string | number }[]>(
    `with recursive owners as (
       (select min(${column}) as id from aigcspace.call_bodies)
       union all
       select (select min(b.${column}) from aigcspace.call_bodies b where b.${column} > o.id) from owners o
       where o.id is not null
     )
     select o.id from owners o
     where o.id is not null and not exists (select 1 from aigcspace.${parents} p where p.id = o.id)`,
  );
  let deleted = 0;
  for (const { id } of gone) {
    deleted += await deleteWhere(em, { sql: `b.${column} = ?`, params: [id] }, signal);
  }
  return deleted;
}
