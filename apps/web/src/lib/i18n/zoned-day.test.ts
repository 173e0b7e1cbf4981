import { describe, expect, it } from 'vitest';
import { dayRange, hourRange, instantOf, localText } from './zoned-day.ts';

describe('dayRange', () => {
  it('begins and ends a day where the zone does', () => {
    expect(dayRange('2026-11-07', 'Asia/Shanghai')).toEqual({
      from: '2026-11-06T16:00:00.000Z',
      to: '2026-11-07T16:00:00.000Z',
    });
    expect(dayRange('2026-11-07', 'UTC')).toEqual({
      from: '2026-11-07T00:00:00.000Z',
      to: '2026-11-08T00:00:00.000Z',
    });
  });

  it('gives the day of a clock change its 23 or 25 hours', () => {
    const hours = (day: string) => {
      const { from, to } = dayRange(day, 'Europe/Berlin');
      return (Date.parse(to) - Date.parse(from)) / 3_600_000;
    };
    expect(hours('2026-03-29')).toBe(23);
    expect(hours('2026-10-25')).toBe(25);
    expect(hours('2026-10-26')).toBe(24);
  });

  it('crosses months and years', () => {
    expect(dayRange('2026-12-31', 'America/New_York').to).toBe('2027-01-01T05:00:00.000Z');
  });
});

describe('hourRange', () => {
  it('is the hour that clocks of the zone show', () => {
    expect(hourRange('2026-11-21T01', 'Asia/Shanghai')).toEqual({
      from: '2026-11-20T17:00:00.000Z',
      to: '2026-11-20T18:00:00.000Z',
    });
  });
});

describe('instantOf and localText', () => {
  it('are each other’s inverse', () => {
    for (const zone of ['Asia/Kolkata', 'America/St_Johns', 'Pacific/Auckland', 'UTC']) {
      expect(localText(instantOf('2026-07-04T23:59', zone), zone)).toBe('2026-07-04T23:59');
    }
  });
});
