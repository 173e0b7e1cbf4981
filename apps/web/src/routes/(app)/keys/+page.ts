import { callBlock, firstChatModel } from '#lib/models/model-state.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** Days that the small charts show. */
const usageDays = 14;

/** The keys, newest first, what they can be bound to, and a model for the snippets of a new one. */
export const load: PageLoad = async (event) => {
  event.depends('app:keys');
  const api = trpc(event);
  const { timeZone } = await event.parent();
  const [keys, models, usage] = await Promise.all([
    api.keys.list.query(),
    api.models.list.query(),
    // Secondary: without it the keys are still there.
    api.keys.usage.query({ time_zone: timeZone, days: usageDays }).catch(() => null),
  ]);
  const callable = models.items.filter((model) => callBlock(model) === null).map(({ title }) => title);
  return {
    keys: keys.items,
    usage,
    titles: [...new Set(callable)].toSorted((a, b) => a.localeCompare(b)),
    exampleModel: firstChatModel(models.items)?.title,
  };
};
