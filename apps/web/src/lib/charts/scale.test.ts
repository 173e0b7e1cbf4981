import { describe, expect, it } from 'vitest';
import { labelStride, niceTicks } from './scale.ts';

describe('niceTicks', () => {
  it('starts at zero and reaches the largest value', () => {
    for (const max of [0.0003, 0.7, 1, 3, 9.99, 10, 14.2, 999, 1_234_567]) {
      const ticks = niceTicks(max);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });

  it('writes ticks without the noise of floating point', () => {
    expect(niceTicks(0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it('does not divide what is counted in whole numbers', () => {
    expect(niceTicks(2, 4, true)).toEqual([0, 1, 2]);
    expect(niceTicks(9, 4, true)).toEqual([0, 3, 6, 9]);
    expect(niceTicks(100, 4, true)).toEqual([0, 25, 50, 75, 100]);
  });

  it('still has an axis when there is nothing to show', () => {
    expect(niceTicks(0)).toEqual([0, 1]);
    expect(niceTicks(Number.NaN)).toEqual([0, 1]);
  });
});

describe('labelStride', () => {
  it('draws every label while there is room', () => {
    expect(labelStride(12, 12)).toBe(1);
    expect(labelStride(13, 12)).toBe(2);
    expect(labelStride(90, 12)).toBe(8);
  });
});
