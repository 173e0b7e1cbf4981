import type { Totals } from '@aigc/shared/schemas/stats';
import { percentileFromBuckets } from '../calls/histogram.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { hourOf } from './period.ts';
import { NO_SUMS, SELECT_SUMS, type SumsRow, toSums } from './sums.ts';
import { sumsOf, type SumsQuery, type SumsView } from './sums-view.ts';

export interface PeriodTotals {
  current: Totals;
  previous: Totals;
  /** Failed calls of the current period by error code. */
  errors: Record<string, number>;
}

interface TotalsRow {
  sums: (SumsRow & { is_current: boolean })[];
  counts: { is_current: boolean; kind: 'latency' | 'ttft' | 'error'; key: string; count: number }[];
}

/** Sums of a period and of the one of the same length just before, with percentiles of the calls that were answered. */
export async function readTotals(view: SumsView, query: SumsQuery): Promise<PeriodTotals> {
  const current = sumsOf(view, query);
  const fromMs = hourOf(query.fromMs).getTime();
  const previous = sumsOf(view, {
    ...query,
    fromMs: query.fromMs - (query.toMs - query.fromMs),
    toMs: fromMs,
  });
  const [row] = await view.em.execute<TotalsRow[]>(totalsQuery(current, previous), [
    ...current.params,
    ...previous.params,
  ]);
  if (row === undefined) throw new Error('an aggregate without a row');
  return {
    current: totalsOf(row, true),
    previous: totalsOf(row, false),
    errors: countsOf(row, true, 'error'),
  };
}

function totalsOf(row: TotalsRow, isCurrent: boolean): Totals {
  const sums = row.sums.find((candidate) => candidate.is_current === isCurrent);
  const latency = countsOf(row, isCurrent, 'latency');
  const ttft = countsOf(row, isCurrent, 'ttft');
  return {
    ...(sums === undefined ? NO_SUMS : toSums(sums)),
    latency_p50_ms: percentileFromBuckets(latency, 0.5),
    latency_p95_ms: percentileFromBuckets(latency, 0.95),
    ttft_p50_ms: percentileFromBuckets(ttft, 0.5),
    ttft_p95_ms: percentileFromBuckets(ttft, 0.95),
  };
}

function countsOf(
  { counts }: TotalsRow,
  isCurrent: boolean,
  kind: TotalsRow['counts'][number]['kind'],
): Record<string, number> {
  const wanted = counts.filter((entry) => entry.is_current === isCurrent && entry.kind === kind);
  return Object.fromEntries(wanted.map(({ key, count }) => [key, count]));
}

const COLUMNS =
  'r.calls, r.failed, r.input_tokens, r.output_tokens, r.cost, r.latency_buckets, r.ttft_buckets, r.errors';

const totalsQuery = (current: Condition, previous: Condition): string => `
with r as materialized (
  select true as is_current, ${COLUMNS} from ${current.sql} r
  union all
  select false, ${COLUMNS} from ${previous.sql} r
), counted as (
  select is_current, 'latency' as kind, key, value::int as count from r, jsonb_each_text(latency_buckets)
  union all
  select is_current, 'ttft', key, value::int from r, jsonb_each_text(ttft_buckets)
  union all
  select is_current, 'error', key, value::int from r, jsonb_each_text(errors) where is_current
)
select
  (select coalesce(jsonb_agg(s), '[]') from (select is_current, ${SELECT_SUMS} from r group by is_current) s) as sums,
  (
    select coalesce(jsonb_agg(c), '[]')
    from (select is_current, kind, key, sum(count)::int as count from counted group by is_current, kind, key) c
  ) as counts`;
