import { openSqlSession, type SqlSession } from '@aigc/db/sql-session';
import { fromUnits } from '@aigc/shared/money-units';
import type { Settlement } from './call-books.ts';
import { withoutLogged } from './drain-batch.ts';
import { enterSettlements } from './enter-settlements.ts';

export interface RetriedSettlement {
  id: string;
  requestId: string;
  /** Null: it is entered now. */
  error: string | null;
}

const UNRESOLVED = {
  name: 'quarantine-unresolved',
  text: `select id::text, journal_id, request_id, record from aigcspace.quarantined_settlements
    where resolved_at is null order by id`,
};

const RESOLVE = {
  name: 'quarantine-resolve',
  text: 'update aigcspace.quarantined_settlements set resolved_at = now() where id = $1 and resolved_at is null returning id',
};

const TIMEOUT_MS = 60_000;

interface QuarantinedRow {
  id: string;
  journal_id: string;
  request_id: string;
  record: Settlement;
}

/**
 * Enters the settlements that were set aside, once what was wrong is mended. Their leases have been given back, so
 * the bills are taken from what the accounts have free now. Those that still fail stay.
 */
export async function retryQuarantined(connectionString: string): Promise<RetriedSettlement[]> {
  const session = openSqlSession({
    connectionString,
    applicationName: 'aigc-space-retry',
    timeoutMs: TIMEOUT_MS,
  });
  try {
    const rows = await session.query<QuarantinedRow>(UNRESOLVED);
    const results: RetriedSettlement[] = [];
    for (const row of rows) {
      results.push({ id: row.id, requestId: row.request_id, error: await retry(session, row) });
    }
    return results;
  } finally {
    await session.close();
  }
}

async function retry(session: SqlSession, row: QuarantinedRow): Promise<string | null> {
  try {
    await session.transaction(async (sql) => {
      const resolved = await sql.query(RESOLVE, [row.id]);
      if (resolved.length === 0) return;
      await enterSettlements(sql, row.journal_id, await withoutLogged(sql, [uncovered(row.record)]));
    });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function uncovered(settlement: Settlement): Settlement {
  const { spending } = settlement;
  if (spending === undefined) return settlement;
  const none = fromUnits(0n);
  const budget = spending.budget === null ? null : { ...spending.budget, covered: none };
  return { ...settlement, spending: { ...spending, covered: none, budget } };
}
