import { exampleModel } from '#lib/calls/example-model.ts';
import { parsePeriod } from '#lib/period.ts';
import { statsRange } from '#lib/stats/stats-range.ts';
import { trpc, type Api } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

const latestCalls = 8;

export const load: PageLoad = async (event) => {
  event.depends('app:calls');
  const { state, timeZone } = await event.parent();
  const isAdmin = state?.viewer?.role === 'admin';
  const period = parsePeriod(event.url, '14d');
  const api = trpc(event);
  const [stats, latest, balance, checklist] = await Promise.all([
    api.stats.get.query({ ...statsRange(period, timeZone), time_zone: timeZone }),
    api.logs.list.query({ limit: latestCalls }),
    // A secondary figure: without it the page still says what it is for.
    api.billing.balance.query().catch(() => null),
    event.data.checklistHidden ? null : firstSteps(api, isAdmin).catch(() => null),
  ]);
  return {
    period,
    stats,
    latest: latest.items,
    balance,
    exampleModel: latest.items.length ? undefined : await exampleModel(api),
    checklist: checklist && { ...checklist, call: latest.items.length > 0 },
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
