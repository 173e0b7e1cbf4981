import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads nothing of the address: another model is another choice of the same list. */
export const load: PageLoad = async (event) => {
  event.depends('app:models');
  const { items } = await trpc(event).models.list.query();
  return { models: items };
};
