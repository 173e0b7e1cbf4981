/**
 * Log buckets for latencies: bucket `i` counts values in (1.1^(i-1), 1.1^i] milliseconds, so that a
 * percentile read from counts is within 10 % of the truth, and hourly counts can simply be added.
 */
const BASE = 1.1;

/** The bucket of a duration in milliseconds. Zero and less count as one millisecond. */
export function bucketOf(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log(ms) / Math.log(BASE) - 1e-9);
}

/** The upper bound of a bucket, in milliseconds. */
export function bucketUpperMs(bucket: number): number {
  return BASE ** bucket;
}

/** The `p`-th percentile (0 < p <= 1) in milliseconds of counts by bucket; null if nothing was counted. */
export function percentileFromBuckets(buckets: Record<string, number>, p: number): number | null {
  const counts = Object.entries(buckets)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .toSorted((a, b) => a[0] - b[0]);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  let seen = 0;
  for (const [bucket, count] of counts) {
    seen += count;
    if (seen >= p * total) return Math.round(bucketUpperMs(bucket));
  }
  return null;
}
