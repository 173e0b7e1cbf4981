import { expect, test } from 'vitest';
import { bucketOf } from '../calls/histogram.ts';
import { judgeLatencies } from './find-slow-models.ts';

const calls = (count: number, ms: number) => ({ [bucketOf(ms)]: count });

test('a model that takes twice its usual time is slow, with both percentiles told', () => {
  const slow = judgeLatencies({ model: 'm', recent: calls(20, 4_000), before: calls(500, 1_000) });
  expect(slow).toMatchObject({ model: 'm' });
  expect(slow?.p50_ms).toBeGreaterThan(3_900);
  expect(slow?.typical_p50_ms).toBeLessThan(1_200);
});

test('a tail that grows is slow even if the middle stays', () => {
  const before = { ...calls(90, 500), ...calls(10, 1_000) };
  const recent = { ...calls(90, 500), ...calls(10, 9_000) };
  expect(judgeLatencies({ model: 'm', recent, before })?.p95_ms).toBeGreaterThan(8_000);
});

test('few calls, the usual time, and a difference that nobody feels are no news', () => {
  const before = calls(500, 1_000);
  expect(judgeLatencies({ model: 'm', recent: calls(19, 9_000), before })).toBeNull();
  expect(judgeLatencies({ model: 'm', recent: calls(100, 9_000), before: {} })).toBeNull();
  expect(judgeLatencies({ model: 'm', recent: calls(100, 1_100), before })).toBeNull();
  expect(judgeLatencies({ model: 'm', recent: calls(100, 60), before: calls(100, 15) })).toBeNull();
});
