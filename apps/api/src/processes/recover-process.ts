import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { recoverDeadCalls } from '@aigc/core/calls/recover-calls';
import { recoverJournals } from '@aigc/core/calls/recover-journals';
import type { Container } from '../container.ts';
import { journalDirectory } from '../journal-directory.ts';

/** PostgreSQL notices within milliseconds that a process is gone, and frees its lock. */
const RETRY_MS = [0, 50, 200, 500, 1_000];

const AGAIN_MS = 1_000;

/**
 * Enters what a dead process of this installation left in its journal, and ends the calls that it left open. While the
 * database is away, it is tried again behind this, until `stopped`.
 */
export async function recoverProcess(
  container: Container,
  deadInstanceId: string,
  stopped: AbortSignal,
): Promise<void> {
  try {
    await recoverOnce(container, deadInstanceId);
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error;
    container.log.warn({ err: error }, 'What a dead process left is put in order once the database is back.');
    void recoverLater(container, deadInstanceId, stopped);
  }
}

async function recoverLater(
  container: Container,
  deadInstanceId: string,
  stopped: AbortSignal,
): Promise<void> {
  for (;;) {
    await delay(AGAIN_MS, undefined, { ref: false });
    // The next start does it.
    if (stopped.aborted) return;
    try {
      await recoverOnce(container, deadInstanceId);
      return;
    } catch (error) {
      if (stopped.aborted || isDatabaseUnavailable(error)) continue;
      container.log.error({ err: error }, 'What a dead process left could not be put in order.');
      return;
    }
  }
}

async function recoverOnce(
  { env, orm, instanceId: own, log, connectionString }: Container,
  deadInstanceId: string,
): Promise<void> {
  const found = await recoverJournals({
    connectionString,
    directory: journalDirectory(env.dataDir),
    ids: [deadInstanceId],
    log,
  });
  if (found.journals > 0) log.warn(found, 'Entered what a dead process had left in its journal.');
  for (const waitMs of RETRY_MS) {
    await delay(waitMs);
    const ended = await recoverDeadCalls({
      connectionString,
      ownInstanceId: own,
      ended: [deadInstanceId],
    });
    if (ended > 0) log.warn({ calls: ended }, 'Ended calls that a dead process had left open.');
    const [left] = await orm.em
      .fork()
      .execute<{ holds: string }[]>('select count(*) as holds from aigcspace.holds where instance_id = ?', [
        deadInstanceId,
      ]);
    if (Number(left?.holds ?? 0) === 0) return;
  }
}
