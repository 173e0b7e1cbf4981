import { exampleModel } from '#lib/calls/example-model.ts';
import { readScope } from '#lib/calls/log-filter.ts';
import { parsePeriod } from '#lib/period.ts';
import { trpc, type Api } from '#lib/trpc.ts';
import type { PageLoad } from './$types';
import { readOverview } from './overview.ts';

export const load: PageLoad = async (event) => {
  const { state, timeZone } = await event.parent();
  const isAdmin = state?.viewer?.role === 'admin';
  const period = parsePeriod(event.url, '14d');
  const scope = readScope(event.url.searchParams, isAdmin);
  const api = trpc(event);
  const [figures, checklist] = await Promise.all([
    readOverview(api, { period, timeZone, scope }),
    event.data.checklistHidden || scope === 'all' ? null : firstSteps(api, isAdmin).catch(() => null),
  ]);
  return {
    period,
    scope,
    figures,
    exampleModel: figures.latest.length ? undefined : await exampleModel(api),
    checklist,
  };
};

/** Which first steps are done; null for one that is not the viewer's to take. */
async function firstSteps(api: Api, isAdmin: boolean) {
  const [keys, local, providers] = await Promise.all([
    api.keys.list.query(),
    api.localModels.list.query(),
    isAdmin ? api.adminProviders.list.query() : null,
  ]);
  return {
    provider: providers && providers.items.some((provider) => !provider.is_demo),
    local: local.items.length > 0,
    key: keys.items.length > 0,
  };
}
