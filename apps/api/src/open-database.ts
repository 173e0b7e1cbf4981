import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { openOrm, type Orm } from '@aigc/db/orm';
import type { Log } from './log.ts';

/** A database that starts together with this process may need this long. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 500;

/** The database cannot be used; the message is for the operator. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

export interface OpenDatabaseOptions {
  connectionString: string;
  report: (line: string) => void;
  /** Gets what the ORM has to say. */
  log?: Log | undefined;
  /** Gives up waiting. */
  signal?: AbortSignal | undefined;
  patienceMs?: number;
}

/** Opens the database and waits for it to answer. @throws DatabaseError */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Orm> {
  const { connectionString, report, log, signal, patienceMs = PATIENCE_MS } = options;
  const orm = await openOrm({
    connectionString,
    onMessage: (message) => log?.warn({ from: 'orm' }, message),
  });
  const giveUpAt = performance.now() + patienceMs;
  let hasReported = false;
  for (;;) {
    try {
      await orm.em.fork().execute('select 1');
      return orm;
    } catch (error) {
      const isLate = performance.now() > giveUpAt;
      if (isLate || signal?.aborted || !isDatabaseUnavailable(error)) {
        await orm.close(true).catch(() => {});
        const reason = error instanceof Error ? error.message : String(error);
        throw new DatabaseError(`The database cannot be used: ${reason}`, { cause: error });
      }
    }
    if (!hasReported) report('Waiting for the database…');
    hasReported = true;
    await delay(RETRY_MS);
  }
}
