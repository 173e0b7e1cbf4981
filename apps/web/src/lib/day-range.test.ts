import { describe, expect, it } from 'vitest';
import { instantsOf, isReadable, monthsUntil, readDays, upTo } from './day-range.ts';

const read = (query: string) => readDays(new URLSearchParams(query));

describe('days in the address', () => {
  it('are those of a month, leap years included', () => {
    expect(read('month=2028-02')).toEqual({
      month: '2028-02',
      range: { start: '2028-02-01', end: '2028-02-29' },
    });
  });

  it('are days of one’s own, and what makes no sense is left out', () => {
    const range = { start: '2026-11-03', end: '2026-11-21' };
    expect(read('start=2026-11-03&end=2026-11-21')).toEqual({ month: undefined, range });
    for (const query of [
      '',
      'month=2026-13',
      'start=2026-11-03',
      'start=2026-02-30&end=2026-03-02',
      'start=2026-11-22&end=2026-11-21',
      'start=2025-01-01&end=2026-11-21',
      'start=%3Cb%3E&end=2026-11-21',
      'start=0001-01-01&end=0001-01-02',
    ]) {
      expect(read(query), query).toEqual({ month: undefined, range: undefined });
    }
    expect(isReadable({ start: '2025-10-18', end: '2026-11-21' })).toBe(true);
    expect(isReadable({ start: '2025-10-17', end: '2026-11-21' })).toBe(false);
  });

  it('end today where the month goes on, and begin and end with days of the zone', () => {
    expect(upTo({ start: '2026-11-01', end: '2026-11-30' }, '2026-11-21').end).toBe('2026-11-21');
    expect(upTo({ start: '2026-10-01', end: '2026-10-31' }, '2026-11-21').end).toBe('2026-10-31');
    expect(instantsOf({ start: '2026-03-28', end: '2026-03-29' }, 'Europe/Berlin')).toEqual({
      from: '2026-03-27T23:00:00.000Z',
      to: '2026-03-29T22:00:00.000Z',
    });
  });

  it('months are counted back over the turn of the year', () => {
    expect(monthsUntil('2026-02-28', 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11']);
  });
});
