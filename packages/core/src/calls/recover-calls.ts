import type { EntityManager } from '@mikro-orm/postgresql';
import { money, toStored } from '@aigc/shared/money';
import { NO_USAGE, type BegunCall } from './call.ts';
import { settleCall } from './settle-call.ts';

/** SQL expression of the advisory lock key that stands for a process; its parameter is the instance id. */
export const INSTANCE_LOCK_KEY = "hashtextextended('aigc-instance:' || ?, 0)";

/** SQL expression: whether the process that `instanceId` (an expression) names holds its lock, without taking it. */
export const INSTANCE_LOCK_HELD = (instanceId: string): string => `exists (
  select 1 from pg_locks k
  where k.locktype = 'advisory' and k.objsubid = 1 and k.granted
    and k.database = (select oid from pg_database where datname = current_database())
    and ((k.classid::bigint << 32) | k.objid::bigint) = ${INSTANCE_LOCK_KEY.replace('?', instanceId)})`;

/**
 * Ends the calls of processes that died: each becomes a failed call with the bill 0, and its hold is
 * released. A process is dead when its advisory lock is free. Returns how many calls were ended.
 */
export async function recoverDeadCalls(em: EntityManager, ownInstanceId: string): Promise<number> {
  const instances = await em.execute<{ instance_id: string }[]>(
    'select distinct instance_id from aigcspace.holds where instance_id <> ?',
    [ownInstanceId],
  );
  let ended = 0;
  for (const { instance_id: instanceId } of instances) {
    const holds = await em.execute<{ call: BegunCall }[]>(
      'select call from aigcspace.holds where instance_id = ?',
      [instanceId],
    );
    // One transaction each: one that settled several would take their locks in another order than living processes.
    for (const { call } of holds) if (await endIfDead(em, instanceId, call)) ended += 1;
  }
  return ended;
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

async function endIfDead(em: EntityManager, instanceId: string, call: BegunCall): Promise<boolean> {
  return em.transactional(async (tx) => {
    const [lock] = await tx.execute<{ free: boolean }[]>(
      `select pg_try_advisory_xact_lock(${INSTANCE_LOCK_KEY}) as free`,
      [instanceId],
    );
    if (lock?.free !== true) return false;
    const logId = await settleCall(tx, call, {
      status: 'failed',
      httpStatus: 500,
      errorCode: 'interrupted',
      errorMessage: 'The server stopped while this call was running.',
      usage: NO_USAGE,
      bill: toStored(money(0)),
      latencyMs: null,
      ttftMs: null,
    });
    return logId !== null;
  });
}
