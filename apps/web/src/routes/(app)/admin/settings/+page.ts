import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** `invalidate('app:platform-settings')` reads them again. */
export const load: PageLoad = async (event) => {
  event.depends('app:platform-settings');
  return { settings: await trpc(event).adminSettings.get.query() };
};
