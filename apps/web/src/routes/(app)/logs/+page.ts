import { exampleModel } from '#lib/calls/example-model.ts';
import { readLogFilter } from '#lib/calls/log-filter.ts';
import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads only single parameters, so that opening a call (`?call=`) does not load the list again. */
export const load: PageLoad = async (event) => {
  const { state } = await event.parent();
  const filter = readLogFilter(event.url.searchParams, state?.viewer?.role === 'admin');
  const cursor = currentCursor(event.url);
  const api = trpc(event);
  const [calls, facets, newest] = await Promise.all([
    fromCursor(event.url, api.logs.list.query({ ...filter, ...(cursor ? { cursor } : {}) })),
    api.logs.facets.query({ scope: filter.scope }),
    // On a page further back: what is newer than this is new.
    cursor ? api.logs.list.query({ ...filter, limit: 1 }) : undefined,
  ]);
  return {
    filter,
    calls: calls.items,
    nextCursor: calls.next_cursor,
    newestAt: newest?.items[0]?.created_at,
    facets,
    exampleModel: facets.models.length ? undefined : await exampleModel(api),
  };
};
