import type { SqlSession } from '@aigc/db/sql-session';
import type { Settlement } from './call-books.ts';
import { withoutLogged } from './drain-batch.ts';
import { enterSettlements } from './enter-settlements.ts';
import { lastUsesOf, writeLastUses } from './key-uses.ts';

/** Enters one settlement past the journal, in a transaction of its own. Doing it again changes nothing. */
export async function commitDirectly(
  session: SqlSession,
  journalId: string,
  settlement: Settlement,
): Promise<void> {
  await session.transaction(async (sql) => {
    const fresh = await withoutLogged(sql, [settlement]);
    await enterSettlements(sql, journalId, fresh);
    await writeLastUses(sql, lastUsesOf(fresh));
  });
}
