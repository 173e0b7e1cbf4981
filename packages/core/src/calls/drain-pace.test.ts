import { expect, test } from 'vitest';
import { paceMs } from './drain-pace.ts';

/** How far apart batches come to be at a rate that stays. */
function paceAt(callsPerSecond: number): number {
  let pace = paceMs(1);
  for (let batch = 0; batch < 100; batch += 1) pace = paceMs((callsPerSecond * pace) / 1000);
  return pace;
}

test.each([
  [1, 150],
  [50, 150],
  [200, 1_000],
  [900, 1_000],
  [1_500, 2_000],
  [3_500, 2_000],
])('at %d calls a second batches begin %d ms apart', (callsPerSecond, ms) => {
  expect(paceAt(callsPerSecond)).toBe(ms);
});
