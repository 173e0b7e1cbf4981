import { describe, expect, it } from 'vitest';
import { movedHours } from './day-sums.ts';
import { periodOf } from './period.ts';

/** Hours of 27 to 29 March 2026 that are moved, written as `27 16-24: 1 instead of 0`. */
function movedIn(zone: string, foldedThrough = '2026-03-30T00:00:00Z'): string[] {
  const [from, to] = ['2026-03-27T00:00:00Z', '2026-03-30T00:00:00Z'];
  const { dayStartsMs } = periodOf({ from, to, time_zone: zone }, 0);
  const range = { from: Date.parse(from), to: Date.parse(to) };
  return movedHours(dayStartsMs, range, Date.parse(foldedThrough)).map((moved) => {
    const start = new Date(moved.from);
    const hours = `${start.getUTCHours()}-${start.getUTCHours() + (moved.to - moved.from) / 3_600_000}`;
    return `${start.getUTCDate()} ${hours}: ${moved.day} instead of ${moved.insteadOf}`;
  });
}

describe('movedHours', () => {
  it('are none where days are those of UTC', () => {
    expect(movedIn('UTC')).toEqual([]);
  });

  it('are those after midnight of a zone ahead, and those before it of one behind', () => {
    expect(movedIn('Asia/Shanghai')).toEqual([
      '27 16-24: 1 instead of 0',
      '28 16-24: 2 instead of 1',
      '29 16-24: 3 instead of 2',
    ]);
    expect(movedIn('America/Bogota')).toEqual([
      '27 0-5: 0 instead of 1',
      '28 0-5: 1 instead of 2',
      '29 0-5: 2 instead of 3',
    ]);
  });

  it('belong to the day in which they begin, off the full hour', () => {
    expect(movedIn('Asia/Kolkata')[0]).toBe('27 19-24: 1 instead of 0');
  });

  it('follow a change of the clocks, also on a day that ends with its 23rd hour', () => {
    // London goes from +0 to +1 on the 29th.
    expect(movedIn('Europe/London')).toEqual(['29 23-24: 3 instead of 2']);
  });

  it('are only those that the daily sums have', () => {
    expect(movedIn('Asia/Shanghai', '2026-03-28T18:00:00Z')).toEqual([
      '27 16-24: 1 instead of 0',
      '28 16-18: 2 instead of 1',
    ]);
  });
});
