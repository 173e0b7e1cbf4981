import { describe, expect, it } from 'vitest';
import { retryWaitMs } from './backoff.ts';

describe('retryWaitMs', () => {
  it('tries again at once, then ever later, and at least twice a minute', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 100].map((attempt) => retryWaitMs(attempt, 0.5));
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000]);
  });

  it('spreads those that lost the same server', () => {
    expect(retryWaitMs(2, 0)).toBe(1_600);
    expect(retryWaitMs(2, 1)).toBe(2_400);
  });
});
