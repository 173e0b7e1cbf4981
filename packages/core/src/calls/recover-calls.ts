import type { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { openSqlSession, type Sql, type SqlSession } from '@aigc/db/sql-session';
import type { BegunCall } from './call.ts';
import { freeClaims } from './free-claims.ts';
import { noteGone, SILENT_SECONDS } from './instances.ts';
import { interruptedOutcome } from './interrupted-outcome.ts';
import { settleHeld } from './settle-held.ts';

/** SQL expression of the advisory lock key that stands for a process; its parameter is the instance id. */
export const INSTANCE_LOCK_KEY = "hashtextextended('aigc-instance:' || ?, 0)";

/** SQL expression: whether the process that `instanceId` (an expression) names holds its lock, without taking it. */
export const INSTANCE_LOCK_HELD = (instanceId: string): string => `exists (
  select 1 from pg_locks k
  where k.locktype = 'advisory' and k.objsubid = 1 and k.granted
    and k.database = (select oid from pg_database where datname = current_database())
    and ((k.classid::bigint << 32) | k.objid::bigint) = ${INSTANCE_LOCK_KEY.replace('?', instanceId)})`;

export interface RecoverDeadCallsOptions {
  connectionString: string;
  ownInstanceId: string;
  /** Processes that are known to have ended, because this one had started them. */
  ended?: readonly string[];
  /**
   * Given when a process starts as the owner of its data directory, before it starts others: what has run there before
   * is gone. It names the machine and the directory.
   */
  home?: string;
}

const HOLDERS = {
  name: 'dead-holders',
  text: `select distinct h.instance_id, ${INSTANCE_LOCK_HELD('h.instance_id')} as has_lock,
      i.instance_id is null or i.home = $2 or i.instance_id = any($3::text[])
        or i.seen_at < now() - interval '${SILENT_SECONDS} seconds' as is_silent
    from (select distinct instance_id from aigcspace.holds where instance_id <> $1) h
    left join aigcspace.instances i on i.instance_id = h.instance_id`,
};

const LOCK_INSTANCE = {
  name: 'dead-lock',
  text: `select pg_try_advisory_xact_lock(${INSTANCE_LOCK_KEY.replace('?', '$1')}) as free`,
};

const CALLS = {
  name: 'dead-calls',
  text: 'select call from aigcspace.holds where instance_id = $1 order by request_id limit $2',
};

const MAX_BATCH = 200;
const MAX_ATTEMPTS = 10;
const RETRY_MS = 100;
const TIMEOUT_MS = 30_000;

/**
 * Ends the calls of processes that died and had their holds in the database: each becomes a failed call with the
 * bill 0, and its hold is released. A process is dead when its advisory lock is free and it has not shown for some
 * seconds that it lives; one whose connection is being made again has no lock for a moment. Returns how many calls
 * were ended.
 */
export async function recoverDeadCalls(options: RecoverDeadCallsOptions): Promise<number> {
  const { connectionString, ownInstanceId, ended: known = [], home = '' } = options;
  const session = openSqlSession({
    connectionString,
    applicationName: 'aigc-space-recovery',
    timeoutMs: TIMEOUT_MS,
  });
  try {
    const holders = await session.query<{ instance_id: string; has_lock: boolean; is_silent: boolean }>(
      HOLDERS,
      [ownInstanceId, home, known],
    );
    let ended = 0;
    for (const { instance_id: instanceId, has_lock: hasLock, is_silent: isSilent } of holders) {
      if (!hasLock && isSilent) ended += await endCalls(session, instanceId);
    }
    return ended;
  } finally {
    await session.close();
  }
}

async function endCalls(session: SqlSession, instanceId: string): Promise<number> {
  let ended = 0;
  for (let attempt = 1; ;) {
    try {
      const batch = await session.transaction((sql) => endBatch(sql, instanceId));
      ended += batch;
      if (batch < MAX_BATCH) return ended;
    } catch (error) {
      // Living processes settle at the same time.
      if (!isDatabaseUnavailable(error) || attempt === MAX_ATTEMPTS) throw error;
      attempt += 1;
      await delay(RETRY_MS);
    }
  }
}

/** Keeps a process's lock until the transaction ends. False: the process has it. */
export async function lockInstance(sql: Sql, instanceId: string): Promise<boolean> {
  const [lock] = await sql.query<{ free: boolean }>(LOCK_INSTANCE, [instanceId]);
  return lock?.free === true;
}

async function endBatch(sql: Sql, instanceId: string): Promise<number> {
  if (!(await lockInstance(sql, instanceId))) return 0;
  const calls = await sql.query<{ call: BegunCall }>(CALLS, [instanceId, MAX_BATCH]);
  const settlements = calls.map(({ call }) => ({ call, outcome: interruptedOutcome(), idempotency: null }));
  await settleHeld(sql, instanceId, settlements);
  if (calls.length < MAX_BATCH) {
    await freeClaims(sql, instanceId);
    await noteGone(sql, instanceId);
  }
  return calls.length;
}

/** Whether a process holds its advisory lock: as long as it does, nobody may take over what it has begun. */
export async function isInstanceAlive(em: EntityManager, instanceId: string): Promise<boolean> {
  const [lock] = await em.transactional((tx) =>
    tx.execute<{ free: boolean }[]>(`select pg_try_advisory_xact_lock(${INSTANCE_LOCK_KEY}) as free`, [
      instanceId,
    ]),
  );
  return lock?.free !== true;
}
