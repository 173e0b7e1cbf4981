import { statsRange } from '#lib/stats/stats-range.ts';
import type { Period } from '#lib/period.ts';
import type { Api } from '#lib/trpc.ts';

const latestCalls = 8;

/** Which calls the overview is about. */
export interface OverviewOf {
  period: Period;
  timeZone: string;
  /** Administrators may look at everyone's. */
  scope: 'mine' | 'all';
}

/** What the overview shows and keeps up with: the period's figures, the latest calls, the viewer's balance. */
export async function readOverview(api: Api, { period, timeZone, scope }: OverviewOf) {
  const [stats, latest, balance] = await Promise.all([
    api.stats.get.query({ ...statsRange(period, timeZone), time_zone: timeZone, percentiles: false, scope }),
    api.logs.list.query({ limit: latestCalls, scope }),
    // A secondary figure: without it the page still says what it is for.
    api.billing.balance.query().catch(() => null),
  ]);
  return { stats, latest: latest.items, balance };
}
