import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** The keys, newest first, and a model for the snippets of a new one. */
export const load: PageLoad = async (event) => {
  event.depends('app:keys');
  const api = trpc(event);
  const [keys, models] = await Promise.all([api.keys.list.query(), api.models.list.query()]);
  const callable = models.items.filter((model) => model.is_api_enabled && model.type !== 'embedding');
  const example = callable.find((model) => model.is_active) ?? callable[0];
  return { keys: keys.items, exampleModel: example?.title ?? 'demo-chat' };
};
