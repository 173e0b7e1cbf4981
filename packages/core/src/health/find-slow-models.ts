import type { EntityManager } from '@mikro-orm/postgresql';
import { percentileFromBuckets } from '../calls/histogram.ts';
import { sumsOf, viewSums } from '../stats/sums-view.ts';

type Buckets = Record<string, number>;

/** The calls of one model by bucket of latency: of late, and in the days before. */
export interface ModelLatencies {
  model: string;
  recent: Buckets;
  before: Buckets;
}

/** A model that answers much slower than it is used to. Milliseconds. */
export interface SlowModel {
  model: string;
  p50_ms: number;
  typical_p50_ms: number;
  p95_ms: number;
  typical_p95_ms: number;
}

/** Fewer calls than this say nothing about a percentile. */
const MIN_CALLS = 20;
/** Slower by this factor, and by this much: a model that needs 40 ms instead of 15 troubles nobody. */
const FACTOR = 2;
const MIN_DIFFERENCE_MS = 500;

const RECENT_HOURS = 24;
const BEFORE_HOURS = 7 * 24;

/** Models whose last day is much slower than the week before it, from the hourly sums. */
export async function findSlowModels(em: EntityManager, now: Date): Promise<SlowModel[]> {
  const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
  const recent = hoursAgo(RECENT_HOURS);
  const period = { fromMs: hoursAgo(RECENT_HOURS + BEFORE_HOURS).getTime(), toMs: now.getTime() };
  const rows = await viewSums(em, (view) => {
    const where = { sql: 'true', params: [] };
    const source = sumsOf(view, { ...period, where, days: null, isByModel: true });
    return view.em.execute<ModelLatencies[]>(
      `with counts as (
       select r.model_name, r.starts_at >= ? as is_recent, b.key, sum(b.value::int)::int as count
       from ${source.sql} r, jsonb_each_text(r.latency_buckets) b group by 1, 2, 3)
     select model_name as model,
       coalesce(jsonb_object_agg(key, count) filter (where is_recent), '{}') as recent,
       coalesce(jsonb_object_agg(key, count) filter (where not is_recent), '{}') as before
     from counts group by model_name order by model_name`,
      [recent, ...source.params],
    );
  });
  return rows.flatMap((row) => judgeLatencies(row) ?? []);
}

/** Null: as fast as usual, or too few calls to tell. */
export function judgeLatencies({ model, recent, before }: ModelLatencies): SlowModel | null {
  if (countOf(recent) < MIN_CALLS || countOf(before) < MIN_CALLS) return null;
  const slow: SlowModel = {
    model,
    p50_ms: percentileFromBuckets(recent, 0.5) ?? 0,
    typical_p50_ms: percentileFromBuckets(before, 0.5) ?? 0,
    p95_ms: percentileFromBuckets(recent, 0.95) ?? 0,
    typical_p95_ms: percentileFromBuckets(before, 0.95) ?? 0,
  };
  const isSlow =
    isMuchSlower(slow.p50_ms, slow.typical_p50_ms) || isMuchSlower(slow.p95_ms, slow.typical_p95_ms);
  return isSlow ? slow : null;
}

function isMuchSlower(ms: number, typicalMs: number): boolean {
  return ms >= typicalMs * FACTOR && ms - typicalMs >= MIN_DIFFERENCE_MS;
}

function countOf(buckets: Buckets): number {
  return Object.values(buckets).reduce((sum, count) => sum + count, 0);
}
