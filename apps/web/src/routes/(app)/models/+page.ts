import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads nothing of the address: filters and the open model change only what is shown of the lists. */
export const load: PageLoad = async (event) => {
  event.depends('app:models');
  const api = trpc(event);
  const [plaza, local] = await Promise.all([api.models.list.query(), api.localModels.list.query()]);
  return { models: plaza.items, localModels: local.items };
};
