import type { KeyUsage, KeyUsageInput } from '@aigc/shared/schemas/keys';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { daySumsOf, withoutMoved } from '../stats/day-sums.ts';
import { periodOf } from '../stats/period.ts';
import { viewSums } from '../stats/sums-view.ts';

interface UsageRow {
  api_key_id: number;
  day: number;
  calls: number;
}

/** How often the actor's keys were called on each of the last days, today included; read from the kept sums at once. */
export async function keyUsage(deps: Deps, actor: UserActor, input: KeyUsageInput): Promise<KeyUsage> {
  const { time_zone: timeZone, days } = input;
  const today = Temporal.Now.zonedDateTimeISO(timeZone).startOfDay();
  const from = today
    .subtract({ days: days - 1 })
    .toInstant()
    .toString();
  const to = today.add({ days: 1 }).toInstant().toString();
  const period = periodOf({ from, to, time_zone: timeZone }, 0);
  const where = {
    sql: 'r.user_id = ? and r.organisation_id = ? and r.api_key_id <> 0',
    params: [actor.userId, actor.organisationId],
  };
  const rows = await viewSums(deps.em, (view) => {
    const source = daySumsOf(view, period, { where, isByModel: false, days: 'day_key' });
    const grouped = `
      select r.day, r.instead_of, r.api_key_id, sum(r.calls) as calls from ${source.sql} r group by 1, 2, 3`;
    return view.em.execute<UsageRow[]>(
      `select r.api_key_id, r.day, sum(r.calls)::int as calls
       from ${withoutMoved(grouped, { columns: ['api_key_id'], amounts: ['calls'] })} r
       group by 1, 2 having sum(r.calls) <> 0 order by 1, 2`,
      source.params,
    );
  });
  const calls = new Map<number, number[]>();
  for (const row of rows) {
    const counts = calls.get(row.api_key_id) ?? period.days.map(() => 0);
    counts[row.day] = row.calls;
    calls.set(row.api_key_id, counts);
  }
  return {
    days: period.days,
    items: [...calls].map(([id, counts]) => ({ api_key_id: id, calls: counts })),
  };
}
