import { describe, expect, it } from 'vitest';
import { healthOf, NO_CALLS, type LastDay } from './model-health.ts';

const HOUR = new Date('2026-11-21T10:00:00Z');
const day = (part: Partial<LastDay>): LastDay => ({ ...NO_CALLS, calls: 10, lastHour: HOUR, ...part });
const test = (ok: boolean, testedAt: string, latencyMs: number | null = 100) => ({
  ok,
  latency_ms: latencyMs,
  reason: ok ? null : 'refused',
  tested_at: testedAt,
});

describe('healthOf', () => {
  it('is unknown without a test and without calls', () => {
    expect(healthOf(null, NO_CALLS)).toBe('unknown');
  });

  it('follows the test while there are no calls', () => {
    expect(healthOf(test(true, '2026-11-01T00:00:00Z'), NO_CALLS)).toBe('ok');
    expect(healthOf(test(true, '2026-11-01T00:00:00Z', 9_000), NO_CALLS)).toBe('slow');
    expect(healthOf(test(false, '2026-11-01T00:00:00Z'), NO_CALLS)).toBe('failing');
  });

  it('lets a test outweigh the calls before it, and calls an older test', () => {
    expect(healthOf(test(false, '2026-11-21T10:30:00Z'), day({}))).toBe('failing');
    expect(healthOf(test(false, '2026-11-21T09:30:00Z'), day({}))).toBe('ok');
  });

  it('counts only failures that the upstream is to blame for', () => {
    expect(healthOf(null, day({ failed: 10 }))).toBe('ok');
    expect(healthOf(null, day({ failed: 1, upstreamFailed: 1 }))).toBe('slow');
    expect(healthOf(null, day({ failed: 5, upstreamFailed: 5 }))).toBe('failing');
  });

  it('calls a late first token slow', () => {
    expect(healthOf(null, day({ ttftP50Ms: 6_000 }))).toBe('slow');
  });
});
