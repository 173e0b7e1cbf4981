import { openSqlSession } from '@aigc/db/sql-session';
import { endPosition } from './journal-position.ts';

const TIMEOUT_MS = 60_000;

/**
 * Gives up a journal whose files are lost: what was set aside for it is free again, and what was settled only there
 * is not billed. The caller makes sure that its process does not run and that its directory will not come back.
 */
export async function abandonJournal(connectionString: string, journalId: string): Promise<void> {
  const session = openSqlSession({
    connectionString,
    applicationName: 'aigc-space-abandon',
    timeoutMs: TIMEOUT_MS,
  });
  try {
    await session.transaction((sql) => endPosition(sql, journalId));
  } finally {
    await session.close();
  }
}
