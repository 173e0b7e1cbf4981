import { expect, test } from 'vitest';
import { isoTime } from './iso-time.ts';

test('moments are written as Date writes them', () => {
  const start = Date.UTC(2026, 10, 21, 23, 59, 58, 990);
  for (let step = 0; step < 3_000; step += 7) {
    expect(isoTime(start + step)).toBe(new Date(start + step).toISOString());
    // A clock may be set back.
    expect(isoTime(start - step)).toBe(new Date(start - step).toISOString());
  }
});
