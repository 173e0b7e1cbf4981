import { readAuditFilter } from '#lib/audit/audit-filter.ts';
import { loadAuditWords } from '#lib/audit/words.ts';
import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads only single parameters, so that opening an entry (`?entry=`) does not load the list again. */
export const load: PageLoad = async (event) => {
  const filter = readAuditFilter(event.url.searchParams);
  const cursor = currentCursor(event.url);
  const asked = { ...filter, ...(cursor ? { cursor } : {}) };
  const { locale } = await event.parent();
  const [page, words] = await Promise.all([
    fromCursor(event.url, trpc(event).adminAudit.list.query(asked)),
    loadAuditWords(locale),
  ]);
  return { words, filter, entries: page.items, nextCursor: page.next_cursor };
};
