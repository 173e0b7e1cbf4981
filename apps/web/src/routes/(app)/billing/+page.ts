import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';
import { ledgerKinds } from './ledger-kinds.ts';

export const load: PageLoad = async (event) => {
  const wanted = event.url.searchParams.get('kind');
  const kind = ledgerKinds.find((one) => one === wanted);
  const cursor = currentCursor(event.url);
  const api = trpc(event);
  const [balance, ledger] = await Promise.all([
    api.billing.balance.query(),
    fromCursor(
      event.url,
      api.billing.ledger.query({ ...(kind ? { kind } : {}), ...(cursor ? { cursor } : {}) }),
    ),
  ]);
  return { balance, entries: ledger.items, nextCursor: ledger.next_cursor };
};
