import { refusal } from '@aigc/shared/refusals';
import { money, trimMoney } from '@aigc/shared/money';
import { fromUnits, toUnits, type MoneyUnits } from '@aigc/shared/money-units';
import type { balanceSchema } from '@aigc/shared/schemas/billing';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { readSettings } from '../settings/settings.ts';

export type Balance = z.infer<typeof balanceSchema>;

/** What calls that run now hold of an account in memory: their rows are of what is lent to whole processes. */
export type RunningHolds = (accountId: string) => Promise<MoneyUnits>;

const NONE: RunningHolds = async () => 0n;

/** The prepaid money of the actor's organisation, what running calls hold of it, and what is free. */
export async function getBalance(deps: Deps, actor: UserActor, running: RunningHolds): Promise<Balance> {
  return balanceOf(deps, actor.organisationId, running);
}

/** The same of any organisation. Callers have checked that they may know it. */
export async function balanceOf(
  deps: Pick<Deps, 'em'>,
  organisationId: string,
  running: RunningHolds = NONE,
): Promise<Balance> {
  const [account] = await deps.em.execute<{ id: string; balance: string; held: string; leased: string }[]>(
    'select id, balance::text, held::text, leased::text from aigcspace.accounts where organisation_id = ?',
    [organisationId],
  );
  if (account === undefined) throw refusal('no_such_account', {});
  const { currency } = await readSettings(deps.em);
  const [leased, inMemory] = [toUnits(account.leased), await running(account.id)];
  // What is lent to processes and no call holds is free: they give it back when somebody else needs it.
  const held = fromUnits(toUnits(account.held) + (inMemory < leased ? inMemory : leased));
  return {
    currency,
    balance: trimMoney(account.balance),
    held: trimMoney(held),
    available: money(account.balance).minus(held).toFixed(),
  };
}
