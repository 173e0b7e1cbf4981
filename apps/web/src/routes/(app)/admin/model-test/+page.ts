import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads nothing of the address: it only says which of the models are tested. */
export const load: PageLoad = async (event) => {
  event.depends('app:providers');
  const { adminModels, adminProviders } = trpc(event);
  const [models, providers] = await Promise.all([adminModels.list.query(), adminProviders.list.query()]);
  return { models: models.items, providers: providers.items };
};
