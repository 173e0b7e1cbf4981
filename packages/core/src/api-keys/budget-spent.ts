import type { EntityManager } from '@mikro-orm/postgresql';
import type { PlatformApiKey } from '@aigc/db/entities/platform-api-key';
import { trimMoney } from '@aigc/shared/money';
import { periodEnd, periodStart } from '../calls/budget-period.ts';

/** A key's budget in its current period. Null: it has no budget. */
export interface BudgetState {
  /** What was settled by now. */
  spent: string;
  /** ISO 8601; null: it never resets. */
  resetsAt: string | null;
}

type BudgetedKey = Pick<PlatformApiKey, 'id' | 'budgetPeriod'>;

/** What each of these keys has spent of its budget, by key id; keys without a budget are left out. */
export async function readBudgets(
  em: EntityManager,
  keys: readonly BudgetedKey[],
): Promise<Map<number, BudgetState>> {
  const now = Date.now();
  const current = new Map(
    keys.flatMap(({ id, budgetPeriod: period }) =>
      period === null || period === undefined ? [] : [[id, { period, start: periodStart(period, now) }]],
    ),
  );
  if (current.size === 0) return new Map();
  const rows = await em.execute<{ key_id: number; period: string; start: string; spent: string }[]>(
    `select key_id, period, period_start::text as start, spent::text from aigcspace.key_budgets
     where key_id = any(?::int[])`,
    [`{${[...current.keys()].join(',')}}`],
  );
  return new Map(
    [...current].map(([id, { period, start }]) => {
      const row = rows.find(
        (found) => found.key_id === id && found.period === period && found.start === start,
      );
      const end = periodEnd(period, now);
      return [
        id,
        { spent: trimMoney(row?.spent ?? '0'), resetsAt: end === null ? null : `${end}T00:00:00.000Z` },
      ];
    }),
  );
}
