import { firstChatModel } from '#lib/models/model-state.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** The keys, newest first, and a model for the snippets of a new one. */
export const load: PageLoad = async (event) => {
  event.depends('app:keys');
  const api = trpc(event);
  const [keys, models] = await Promise.all([api.keys.list.query(), api.models.list.query()]);
  return { keys: keys.items, exampleModel: firstChatModel(models.items)?.title };
};
