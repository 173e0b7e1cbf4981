import { expect, test } from 'vitest';
import { addRateHeaders, formatDuration, retryAfterSeconds } from './rate-headers.ts';

test.each([
  [0, '0ms'],
  [349.2, '350ms'],
  [999.5, '1s'],
  [1_000, '1s'],
  [1_001, '2s'],
  [59_001, '1m0s'],
  [60_000, '1m0s'],
  [360_000, '6m0s'],
  [-5, '0ms'],
])('%d ms until a window is new are written as %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test.each([
  [0, 1],
  [1, 1],
  [1_001, 2],
  [60_000, 60],
  [99_000, 60],
])('%d ms to wait are %d whole seconds of retry-after', (waitMs, seconds) => {
  expect(retryAfterSeconds(waitMs)).toBe(seconds);
});

test('only limits that apply have headers', () => {
  const head: string[] = [];
  addRateHeaders(head, { requests: { limit: 10, remaining: 9, resetMs: 60_000 }, tokens: null });
  expect(head).toEqual([
    'x-ratelimit-limit-requests',
    '10',
    'x-ratelimit-remaining-requests',
    '9',
    'x-ratelimit-reset-requests',
    '1m0s',
  ]);
});
