import { expect, test } from 'vitest';
import { mergeReports } from './merge-reports.ts';
import { RetainedReports } from './retained-reports.ts';
import { single, type MetricsReport } from './report.ts';

function report(worker: string, count: number): MetricsReport {
  return {
    worker,
    samples: {
      aigc_estimated_calls_total: [{ labels: ['m', 'p'], value: count }],
      aigc_cost_total: [{ labels: ['m', 'p'], value: `${count}.0000000001` }],
      aigc_call_duration_seconds: [{ labels: ['m', 'p'], value: { counts: [count, 1], sum: count } }],
      aigc_running_calls: single(count),
      aigc_snapshot_age_seconds: single(count),
      aigc_journal_accepts_calls: single(count === 1 ? 0 : 1),
      aigc_process_resident_memory_bytes: single(count),
    },
  };
}

test('counters of several workers are added, gauges put together as their kind says', () => {
  expect(mergeReports([report('1', 1), report('2', 2)])).toMatchObject({
    aigc_estimated_calls_total: [{ labels: ['m', 'p'], value: 3 }],
    aigc_cost_total: [{ labels: ['m', 'p'], value: '3.0000000002' }],
    aigc_call_duration_seconds: [{ labels: ['m', 'p'], value: { counts: [3, 2], sum: 3 } }],
    aigc_running_calls: [{ labels: [], value: 3 }],
    aigc_snapshot_age_seconds: [{ labels: [], value: 2 }],
    aigc_journal_accepts_calls: [{ labels: [], value: 0 }],
    aigc_process_resident_memory_bytes: [
      { labels: ['1'], value: 1 },
      { labels: ['2'], value: 2 },
    ],
  });
});

test('counters go on when workers die or are slow, and their gauges end with them', () => {
  const retained = new RetainedReports();
  const read = (one: MetricsReport | null, two: MetricsReport | null) =>
    mergeReports(
      retained.complete([
        { id: 1, report: one },
        { id: 2, report: two },
      ]),
    );
  const counters = (total: number) => ({
    aigc_estimated_calls_total: [{ value: total }],
    aigc_cost_total: [{ value: `${total}.0000000002` }],
  });
  expect(read(report('1', 5), report('2', 7))).toMatchObject(counters(12));
  // The second one is slow.
  expect(read(report('1', 6), null)).toMatchObject({
    ...counters(13),
    aigc_running_calls: [{ value: 6 }],
    aigc_process_resident_memory_bytes: [{ labels: ['1'], value: 6 }],
  });
  retained.retire(2);
  expect(mergeReports(retained.complete([{ id: 1, report: report('1', 8) }]))).toMatchObject({
    ...counters(15),
    aigc_running_calls: [{ value: 8 }],
  });
  retained.retire(1);
  const successor = retained.complete([{ id: 3, report: report('3', 1) }]);
  expect(mergeReports(successor)).toMatchObject({ aigc_estimated_calls_total: [{ value: 16 }] });
});
