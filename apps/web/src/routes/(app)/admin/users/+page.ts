import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** `invalidate('app:users')` reads them again. */
export const load: PageLoad = async (event) => {
  event.depends('app:users');
  const search = event.url.searchParams.get('q');
  const cursor = currentCursor(event.url);
  const asked = { ...(search ? { search } : {}), ...(cursor ? { cursor } : {}) };
  const page = await fromCursor(event.url, trpc(event).adminUsers.list.query(asked));
  return { users: page.items, nextCursor: page.next_cursor };
};
