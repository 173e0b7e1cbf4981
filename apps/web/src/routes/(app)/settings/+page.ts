import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** `invalidate('app:sessions')` reads them again. */
export const load: PageLoad = async (event) => {
  event.depends('app:sessions');
  const { items } = await trpc(event).account.sessions.query();
  return { sessions: items };
};
