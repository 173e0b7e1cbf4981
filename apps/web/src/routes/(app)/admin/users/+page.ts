import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** `invalidate('app:users')` reads them again. */
export const load: PageLoad = async (event) => {
  event.depends('app:users');
  const { items } = await trpc(event).adminUsers.list.query();
  return { users: items };
};
