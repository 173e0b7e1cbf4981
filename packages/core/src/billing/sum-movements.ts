import type { EntityManager } from '@mikro-orm/postgresql';
import { money, type MoneyDecimal } from '@aigc/shared/money';
import type { CostReportView } from '@aigc/shared/schemas/cost-report';

/** The platform's own account, which bears what cannot be collected. */
const PLATFORM_ACCOUNT = 'acc_platform';

export interface MovementsQuery {
  /** Milliseconds since 1970. */
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  /** The bills of the same calls, a decimal. */
  cost: string;
}

interface Movement {
  kind: string;
  /** Later than the period. */
  is_after: boolean;
  amount: string;
}

/**
 * What the ledger has of a period: of one account, or (null) of all but the platform's. Balances at its ends are
 * counted back from those of now, so that nothing before the period has to be read. Exact.
 *
 * An `uncollected` entry is on the platform's account and names only the call, whose log row may be deleted by now: of
 * one account it is what its bills exceed its entries by.
 */
export async function sumMovements(
  em: EntityManager,
  accountId: string | null,
  { fromMs, toMs, cost }: MovementsQuery,
): Promise<CostReportView['ledger']> {
  const [whose, params] = accountId === null ? ['true', []] : ['account_id = ?', [accountId]];
  const movements = await em.execute<Movement[]>(
    `select kind, created_at >= ? as is_after, sum(amount)::text as amount from aigcspace.ledger_entries
     where created_at >= ? and ${whose} group by 1, 2`,
    [new Date(toMs), new Date(fromMs), ...params],
  );
  const [account] = await em.execute<{ balance: string }[]>(
    `select coalesce(sum(balance), 0)::text as balance from aigcspace.accounts
     where ${accountId === null ? `id <> '${PLATFORM_ACCOUNT}'` : 'id = ?'}`,
    params,
  );
  const isOwn = ({ kind }: Movement) => kind !== 'uncollected';
  const inside = movements.filter(({ is_after: isAfter }) => !isAfter);
  const closing = money(account?.balance ?? '0').minus(
    sum(movements.filter((each) => each.is_after && isOwn(each))),
  );
  const of = (kind: string) => sum(inside.filter((each) => each.kind === kind));
  const charged = of('usage').negated();
  return {
    opening: closing.minus(sum(inside.filter(isOwn))).toFixed(),
    topups: of('topup').toFixed(),
    redemptions: of('redemption').toFixed(),
    adjustments: of('adjustment').toFixed(),
    charged: charged.toFixed(),
    closing: closing.toFixed(),
    uncollected: (accountId === null ? of('uncollected') : money(cost).minus(charged)).toFixed(),
  };
}

function sum(movements: readonly Movement[]): MoneyDecimal {
  return movements.reduce((total, { amount }) => total.plus(amount), money('0'));
}
