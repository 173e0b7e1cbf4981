import { expect, test } from 'vitest';
import { judgeProcesses } from './judge-processes.ts';
import { readProcesses } from './read-processes.ts';
import type { MetricsReport, Samples } from '../metrics/report.ts';

const EXPECTED = { workers: 1, snapshotMaxMs: 900_000, settle: 'journal' } as const;

function report(samples: Samples = {}, worker = '1'): MetricsReport {
  return {
    worker,
    samples: {
      aigc_process_start_time_seconds: [{ labels: [], value: 1_000 }],
      aigc_journal_accepts_calls: [{ labels: [], value: 1 }],
      ...samples,
    },
  };
}

const one = (value: number) => [{ labels: [], value }];

function codes(reports: MetricsReport[], upstreams: Parameters<typeof judgeProcesses>[1] = []): string[] {
  return judgeProcesses(readProcesses(reports), upstreams, EXPECTED)
    .filter(({ status }) => status !== 'ok')
    .map(({ code }) => code);
}

test('a process at work is well', () => {
  expect(codes([report()])).toEqual([]);
});

test.each([
  ['processes.busy', { aigc_event_loop_delay_seconds: [{ labels: ['0.99'], value: 0.25 }] }],
  ['processes.draining', { aigc_draining: one(1) }],
  ['snapshot.old', { aigc_snapshot_age_seconds: one(600) }],
  ['drain.behind', { aigc_journal_oldest_undrained_seconds: one(30) }],
  ['drain.refuses', { aigc_journal_accepts_calls: one(0) }],
  ['upstreams.breaker', { aigc_upstream_breaker_state: [{ labels: ['m', 'P'], value: 2 }] }],
] as const)('%s is told', (code, samples) => {
  expect(codes([report(samples)])).toEqual([code]);
});

test('a worker that does not answer is missed', () => {
  const found = judgeProcesses(readProcesses([report()]), [], { ...EXPECTED, workers: 2 });
  expect(found[0]).toMatchObject({ status: 'warn', params: { running: 1, wanted: 2 } });
});

test('a provider that fails one call in ten is told, unless it was called too seldom to say', () => {
  const upstream = {
    provider: 'P',
    calls: 100,
    failed: 10,
    p50_ms: 1,
    p95_ms: 2,
    breaker: 'closed' as const,
  };
  expect(codes([report()], [upstream])).toEqual(['upstreams.failing']);
  expect(codes([report()], [{ ...upstream, calls: 4, failed: 4 }])).toEqual([]);
});

test('the lines of a provider are those of its worst upstream in any process', () => {
  const breaker = (value: number, model: string): Samples => ({
    aigc_upstream_breaker_state: [{ labels: [model, 'P'], value }],
  });
  const { breakers } = readProcesses([report(breaker(0, 'a')), report(breaker(2, 'b'), '2')]);
  expect(breakers.get('P')).toEqual({ state: 'open', models: ['b'] });
});
