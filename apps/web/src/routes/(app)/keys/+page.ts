import { callBlock, firstChatModel } from '#lib/models/model-state.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** The keys, newest first, what they can be bound to, and a model for the snippets of a new one. */
export const load: PageLoad = async (event) => {
  event.depends('app:keys');
  const api = trpc(event);
  const [keys, models] = await Promise.all([api.keys.list.query(), api.models.list.query()]);
  const callable = models.items.filter((model) => callBlock(model) === null).map(({ title }) => title);
  return {
    keys: keys.items,
    titles: [...new Set(callable)].toSorted((a, b) => a.localeCompare(b)),
    exampleModel: firstChatModel(models.items)?.title,
  };
};
