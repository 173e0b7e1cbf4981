import type { Totals } from '@aigc/shared/schemas/stats';
import { percentileFromBuckets } from '../calls/histogram.ts';
import { daySumsOf, withoutMoved } from './day-sums.ts';
import type { Period } from './period.ts';
import type { StatsScope } from './stats-scope.ts';
import type { SumsView } from './sums-view.ts';

export type Percentiles = Pick<Totals, 'latency_p50_ms' | 'latency_p95_ms' | 'ttft_p50_ms' | 'ttft_p95_ms'>;

type Buckets = Record<string, number>;

interface StepRow {
  day: number;
  latency: Buckets | null;
  ttft: Buckets | null;
}

/** Percentiles of the calls that were answered, for each of the period's days. */
export async function readPercentiles(
  view: SumsView,
  period: Period,
  { where, isByModel, totalDays, totalHours }: StatsScope,
): Promise<Percentiles[]> {
  const source = daySumsOf(view, period, { where, isByModel, days: totalDays, hours: totalHours });
  const rows = await view.em.execute<StepRow[]>(QUERY(source.sql), source.params);
  const byDay = new Map(rows.map((row) => [row.day, row]));
  return period.days.map((_, index) => toPercentiles(byDay.get(index)));
}

function toPercentiles(row: StepRow | undefined): Percentiles {
  const [latency, ttft] = [row?.latency ?? {}, row?.ttft ?? {}];
  return {
    latency_p50_ms: percentileFromBuckets(latency, 0.5),
    latency_p95_ms: percentileFromBuckets(latency, 0.95),
    ttft_p50_ms: percentileFromBuckets(ttft, 0.5),
    ttft_p95_ms: percentileFromBuckets(ttft, 0.95),
  };
}

const QUERY = (source: string): string => `
with r as materialized (
  select r.day, r.instead_of, r.latency_buckets, r.ttft_buckets from ${source} r
), counted as (
  select r.day, r.kind, r.key, sum(r.count)::int as count
  from ${withoutMoved(COUNTED, { columns: ['kind', 'key'], amounts: ['count'] })} r
  group by 1, 2, 3 having sum(r.count) <> 0
)
select day, jsonb_object_agg(key, count) filter (where kind = 'latency') as latency,
  jsonb_object_agg(key, count) filter (where kind = 'ttft') as ttft
from counted group by day`;

/** The histograms of `r`, a row for each bucket. */
const COUNTED = `
  select day, instead_of, kind, key, sum(value::int) as count from (
    select day, instead_of, 'latency' as kind, key, value from r, jsonb_each_text(latency_buckets)
    union all
    select day, instead_of, 'ttft', key, value from r, jsonb_each_text(ttft_buckets)
  ) c group by 1, 2, 3, 4`;
