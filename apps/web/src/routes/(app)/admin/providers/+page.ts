import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Reads nothing of the address: tabs, filters and what is open change only what is shown of the lists. */
export const load: PageLoad = async (event) => {
  event.depends('app:providers');
  const api = trpc(event);
  const [presets, dialects, providers, models, plugins] = await Promise.all([
    api.adminProviders.presets.query(),
    api.adminProviders.dialects.query(),
    api.adminProviders.list.query(),
    api.adminModels.list.query(),
    api.adminPlugins.list.query(),
  ]);
  return {
    presets: presets.items,
    dialects: dialects.items,
    providers: providers.items,
    models: models.items,
    active: models.active,
    plugins: plugins.items,
  };
};
