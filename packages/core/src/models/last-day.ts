import type { EntityManager } from '@mikro-orm/postgresql';
import { percentileFromBuckets } from '../calls/histogram.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { sumsOf, viewSums } from '../stats/sums-view.ts';
import { NO_CALLS, type LastDay } from './model-health.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface CountRow {
  model_name: string;
  is_local: boolean;
  calls: number;
  failed: number;
  upstream_failed: number;
  last_hour: Date;
  ttft_buckets: Record<string, number>;
}

export type LastDayOf = (model: { title: string; isLocal: boolean }) => LastDay;

/** Reads the last day's calls: of cloud models everyone's, of local ones only the user's own. */
export async function readLastDay(em: EntityManager, userId: string): Promise<LastDayOf> {
  const rows = await viewSums(em, (view) => {
    const toMs = Date.now();
    // From an hour's start on, as the sums are kept.
    const fromMs = toMs - DAY_MS + HOUR_MS;
    const cloud = sumsOf(view, { fromMs, toMs, where: CLOUD, days: null, isByModel: true });
    const where = { sql: 'r.is_local and r.user_id = ?', params: [userId] };
    const local = sumsOf(view, { fromMs, toMs, where, days: null, isByModel: false });
    return view.em.execute<CountRow[]>(lastDayQuery(`${cloud.sql} union all ${local.sql}`), [
      ...cloud.params,
      ...local.params,
    ]);
  });
  const days = new Map(
    rows.map((row): [string, LastDay] => [
      keyOf(row.model_name, row.is_local),
      {
        calls: row.calls,
        failed: row.failed,
        upstreamFailed: row.upstream_failed,
        ttftP50Ms: percentileFromBuckets(row.ttft_buckets, 0.5),
        lastHour: new Date(row.last_hour),
      },
    ]),
  );
  return (model) => days.get(keyOf(model.title, model.isLocal)) ?? NO_CALLS;
}

const CLOUD: Condition = { sql: 'not r.is_local', params: [] };

function keyOf(title: string, isLocal: boolean): string {
  return `${isLocal ? 'local' : 'cloud'} ${title}`;
}

const lastDayQuery = (source: string): string => `
with day as materialized (
  ${source}
), buckets as (
  select model_name, is_local, bucket.key, sum(bucket.value::int) as calls
  from day, jsonb_each_text(ttft_buckets) bucket
  group by model_name, is_local, bucket.key
)
select model_name, is_local,
  sum(calls)::int as calls,
  sum(failed)::int as failed,
  sum((
    select coalesce(sum(value::int), 0) from jsonb_each_text(errors) where starts_with(key, 'upstream_')
  ))::int as upstream_failed,
  max(starts_at) as last_hour,
  (
    select coalesce(jsonb_object_agg(key, calls), '{}') from buckets
    where buckets.model_name = day.model_name and buckets.is_local = day.is_local
  ) as ttft_buckets
from day
group by model_name, is_local`;
