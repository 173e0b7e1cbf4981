import { exampleModel } from '#lib/calls/example-model.ts';
import { readLogFilter } from '#lib/calls/log-filter.ts';
import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads only single parameters, so that opening a call (`?call=`) does not load the list again. */
export const load: PageLoad = async (event) => {
  event.depends('app:calls');
  const { state } = await event.parent();
  const filter = readLogFilter(event.url.searchParams, state?.viewer?.role === 'admin');
  const cursor = currentCursor(event.url);
  const api = trpc(event);
  const [calls, facets] = await Promise.all([
    fromCursor(event.url, api.logs.list.query({ ...filter, ...(cursor ? { cursor } : {}) })),
    api.logs.facets.query({ scope: filter.scope }),
  ]);
  return {
    filter,
    calls: calls.items,
    nextCursor: calls.next_cursor,
    facets,
    exampleModel: facets.models.length ? undefined : await exampleModel(api),
  };
};
