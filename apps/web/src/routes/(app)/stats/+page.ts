import { readLogFilter } from '#lib/calls/log-filter.ts';
import { parsePeriod } from '#lib/period.ts';
import { statsRange } from '#lib/stats/stats-range.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const { state, timeZone } = await event.parent();
  const params = event.url.searchParams;
  const period = parsePeriod(event.url, '14d');
  const { model, api_key_id, is_local, user_id, scope } = readLogFilter(
    params,
    state?.viewer?.role === 'admin',
  );
  const filter = {
    scope,
    ...(model === undefined ? {} : { model }),
    ...(api_key_id === undefined ? {} : { api_key_id }),
    ...(is_local === undefined ? {} : { is_local }),
    ...(user_id === undefined ? {} : { user_id }),
  };
  const api = trpc(event);
  const [stats, facets] = await Promise.all([
    api.stats.get.query({ ...filter, ...statsRange(period, timeZone), time_zone: timeZone }),
    api.logs.facets.query({ scope }),
  ]);
  return { period, filter, stats, facets };
};
