import { expect, test } from 'vitest';
import { gatherMs } from './flush-pace.ts';

const load = { waiting: 1, openCalls: 5, sinceConcurrentMs: 0, sinceLastFlushMs: 0 };

test('a call that comes alone is synced at once', () => {
  expect(gatherMs({ ...load, openCalls: 1, sinceConcurrentMs: 200 })).toBe(0);
});

test('under load a sync gathers those that still run, and never longer than ten milliseconds', () => {
  expect(gatherMs(load)).toBe(10);
  expect(gatherMs({ ...load, sinceLastFlushMs: 7 })).toBe(3);
  expect(gatherMs({ ...load, sinceLastFlushMs: 50 })).toBe(0);
});

test('clients that all wait for their answers before they call again are not kept waiting for each other', () => {
  expect(gatherMs({ ...load, waiting: 5 })).toBe(4);
  expect(gatherMs({ ...load, waiting: 5, sinceLastFlushMs: 6 })).toBe(0);
});
