import { AppError } from '@aigc/shared/errors';
import { money, trimMoney } from '@aigc/shared/money';
import type { balanceSchema } from '@aigc/shared/schemas/billing';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { readSettings } from '../settings/settings.ts';

export type Balance = z.infer<typeof balanceSchema>;

/** The prepaid money of the actor's organisation, what is set aside for calls, and what is free. */
export async function getBalance(deps: Deps, actor: UserActor): Promise<Balance> {
  return balanceOf(deps, actor.organisationId);
}

/** The same of any organisation. Callers have checked that they may know it. */
export async function balanceOf(deps: Deps, organisationId: string): Promise<Balance> {
  // What is lent to processes is set aside, too; they give back what they do not use within seconds.
  const [account] = await deps.em.execute<{ balance: string; held: string }[]>(
    'select balance::text, (held + leased)::text as held from aigcspace.accounts where organisation_id = ?',
    [organisationId],
  );
  if (account === undefined) throw new AppError('not_found', 'There is no such account.');
  const { currency } = await readSettings(deps.em);
  return {
    currency,
    balance: trimMoney(account.balance),
    held: trimMoney(account.held),
    available: money(account.balance).minus(account.held).toFixed(),
  };
}
