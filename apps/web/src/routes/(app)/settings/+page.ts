import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** `invalidate('app:sessions')` and `invalidate('app:own-keys')` read them again. */
export const load: PageLoad = async (event) => {
  event.depends('app:sessions', 'app:own-keys');
  const api = trpc(event);
  const [sessions, ownKeys] = await Promise.all([api.account.sessions.query(), api.ownKeys.list.query()]);
  return { sessions: sessions.items, ownKeys: ownKeys.items };
};
