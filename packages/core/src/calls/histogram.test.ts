import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, bucketUpperMs, percentileFromBuckets } from './histogram.ts';

test('a duration lies within its bucket', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 10_000_000 }), (ms) => {
      const bucket = bucketOf(ms);
      expect(bucketUpperMs(bucket)).toBeGreaterThanOrEqual(ms * (1 - 1e-6));
      expect(bucketUpperMs(bucket - 1)).toBeLessThan(ms * (1 + 1e-6));
    }),
  );
});

test('a percentile is within ten percent of the exact one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 10, max: 1_000_000 }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.5, 0.95),
      (values, p) => {
        const buckets: Record<string, number> = {};
        for (const value of values) {
          const bucket = String(bucketOf(value));
          buckets[bucket] = (buckets[bucket] ?? 0) + 1;
        }
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(p * values.length) - 1] ?? 0;
        const read = percentileFromBuckets(buckets, p) ?? 0;
        expect(Math.abs(read - exact) / exact).toBeLessThan(0.16);
        expect(read).toBeGreaterThanOrEqual(Math.floor(exact));
      },
    ),
  );
});

test('no calls have no percentile', () => {
  expect(percentileFromBuckets({}, 0.5)).toBeNull();
});
