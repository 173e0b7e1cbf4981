import { fromCursor } from '#lib/from-cursor.ts';
import { currentCursor } from '#lib/keyset.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** `invalidate('app:users')` reads them again. */
export const load: PageLoad = async (event) => {
  event.depends('app:users');
  const search = event.url.searchParams.get('q');
  const cursor = currentCursor(event.url);
  const role = (['admin', 'user'] as const).find((one) => one === event.url.searchParams.get('role'));
  const status = (['active', 'deactivated'] as const).find(
    (one) => one === event.url.searchParams.get('status'),
  );
  const asked = {
    ...(search ? { search: search.slice(0, 100) } : {}),
    ...(role ? { role } : {}),
    ...(status ? { status } : {}),
    ...(cursor ? { cursor } : {}),
  };
  const page = await fromCursor(event.url, trpc(event).adminUsers.list.query(asked));
  return { users: page.items, nextCursor: page.next_cursor };
};
