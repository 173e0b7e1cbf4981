import type { Sql } from '@aigc/db/sql-session';
import { fromUnits } from '@aigc/shared/money-units';
import { endHolds, type HoldRow } from './call-holds.ts';
import type { Settlement } from './call-books.ts';
import { withoutLogged } from './drain-batch.ts';
import { lastUsesOf, writeLastUses } from './key-uses.ts';
import { enterSettlements } from './enter-settlements.ts';

/**
 * Settles calls that have holds in the database, in the caller's transaction: their holds end, and what the log has
 * not yet is entered. Doing it again changes nothing. Returns how many were entered.
 */
export async function settleHeld(
  sql: Sql,
  instanceId: string,
  settlements: readonly Settlement[],
): Promise<number> {
  const ended = await endHolds(
    sql,
    settlements.map(({ call }) => call.requestId),
  );
  const holds = new Map(ended.map((hold) => [hold.request_id, hold]));
  const fresh = await withoutLogged(sql, settlements);
  await enterSettlements(
    sql,
    instanceId,
    fresh.map((settlement) => withAccount(settlement, holds.get(settlement.call.requestId))),
  );
  await writeLastUses(sql, lastUsesOf(fresh));
  return fresh.length;
}

/** The bill goes to the account that held the money, and to the period of the budget in which the call began. */
function withAccount(settlement: Settlement, hold: HoldRow | undefined): Settlement {
  if (hold === undefined || hold.account_id === null) return settlement;
  const covered = fromUnits(0n);
  const budget = hold.budget === null ? null : { ...hold.budget, covered };
  return { ...settlement, spending: { accountId: hold.account_id, covered, budget } };
}
