import { instantsOf, readDays } from '#lib/day-range.ts';
import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';
import { ledgerKinds } from './ledger-kinds.ts';

export const load: PageLoad = async (event) => {
  event.depends('app:ledger');
  const { timeZone } = await event.parent();
  const wanted = event.url.searchParams.get('kind');
  const kind = ledgerKinds.find((one) => one === wanted);
  const { range } = readDays(event.url.searchParams);
  const cursor = currentCursor(event.url);
  const api = trpc(event);
  const filters = { ...(kind ? { kind } : {}), ...(range ? instantsOf(range, timeZone) : {}) };
  const [balance, ledger] = await Promise.all([
    api.billing.balance.query(),
    fromCursor(event.url, api.billing.ledger.query({ ...filters, ...(cursor ? { cursor } : {}) })),
  ]);
  return { balance, entries: ledger.items, nextCursor: ledger.next_cursor };
};
