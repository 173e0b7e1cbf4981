import type { EntityManager } from '@mikro-orm/postgresql';
import type { Totals } from '@aigc/shared/schemas/stats';
import { percentileFromBuckets } from '../calls/histogram.ts';
import type { Condition } from '../logs/call-log-filter.ts';
import { NO_SUMS, SELECT_SUMS, type SumsRow, toSums } from './sums.ts';

/** Sums of all that the condition finds, with percentiles of the calls that were answered. */
export async function readTotals(em: EntityManager, condition: Condition): Promise<Totals> {
  const [row] = await em.execute<(SumsRow | { calls: null })[]>(
    `select ${SELECT_SUMS} from aigcspace.call_rollups r where ${condition.sql}`,
    condition.params,
  );
  const latency = await readBuckets(em, 'latency_buckets', condition);
  const ttft = await readBuckets(em, 'ttft_buckets', condition);
  return {
    ...(row === undefined || row.calls === null ? NO_SUMS : toSums(row)),
    latency_p50_ms: percentileFromBuckets(latency, 0.5),
    latency_p95_ms: percentileFromBuckets(latency, 0.95),
    ttft_p50_ms: percentileFromBuckets(ttft, 0.5),
    ttft_p95_ms: percentileFromBuckets(ttft, 0.95),
  };
}

/** Counts of a jsonb column of the rollups, added up by key. */
export async function readBuckets(
  em: EntityManager,
  column: 'latency_buckets' | 'ttft_buckets' | 'errors',
  condition: Condition,
): Promise<Record<string, number>> {
  const rows = await em.execute<{ key: string; count: number }[]>(
    `select b.key, sum(b.value::int)::int as count
     from aigcspace.call_rollups r, jsonb_each_text(r.${column}) b where ${condition.sql} group by b.key`,
    condition.params,
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.count]));
}
