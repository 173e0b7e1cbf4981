import { trpc } from '#lib/trpc.ts';
import type { LayoutLoad } from './$types';

/** The balance in the sidebar, with what is set aside for a moment for calls; `invalidate('app:balance')` refreshes it. Its failure must not take the page along. */
export const load: LayoutLoad = async (event) => {
  event.depends('app:balance');
  const balance = await trpc(event)
    .billing.balance.query()
    .catch(() => null);
  return { balance: balance?.balance ?? null };
};
