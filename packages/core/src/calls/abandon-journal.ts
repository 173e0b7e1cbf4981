import { openSqlSession } from '@aigc/db/sql-session';
import { lockInstance } from './recover-calls.ts';
import { endPosition } from './journal-position.ts';

const TIMEOUT_MS = 60_000;

/**
 * Gives up a journal whose files are lost: what was set aside for it is free again, and what was settled only there
 * is not billed. The caller makes sure that its directory will not come back. False: its process runs, and nothing was
 * changed.
 */
export async function abandonJournal(connectionString: string, journalId: string): Promise<boolean> {
  const session = openSqlSession({
    connectionString,
    applicationName: 'aigc-space-abandon',
    timeoutMs: TIMEOUT_MS,
  });
  try {
    return await session.transaction(async (sql) => {
      if (!(await lockInstance(sql, journalId))) return false;
      await endPosition(sql, journalId);
      return true;
    });
  } finally {
    await session.close();
  }
}
