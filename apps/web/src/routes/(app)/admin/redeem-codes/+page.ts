import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';
import { statuses } from './statuses.ts';

export const load: PageLoad = async (event) => {
  event.depends('app:redeem-codes');
  const params = event.url.searchParams;
  const status = statuses.find((one) => one === params.get('status'));
  const batch = Number(params.get('batch'));
  const batchId = Number.isInteger(batch) && batch > 0 && batch < 2 ** 31 ? batch : undefined;
  const search = params.get('q')?.trim().slice(0, 100);
  const cursor = currentCursor(event.url);
  const page = await fromCursor(
    event.url,
    trpc(event).adminRedeemCodes.list.query({
      ...(status ? { status } : {}),
      ...(batchId ? { batch_id: batchId } : {}),
      ...(search ? { search } : {}),
      ...(cursor ? { cursor } : {}),
    }),
  );
  return { ...page, status, batchId };
};
