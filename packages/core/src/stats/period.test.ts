import { describe, expect, it } from 'vitest';
import { hourOf, periodOf } from './period.ts';

const NOW = Date.parse('2026-11-21T10:30:00Z');

describe('periodOf', () => {
  it('is the fourteen days up to now by default', () => {
    const period = periodOf({ time_zone: 'UTC' }, NOW);
    expect(period.toMs - period.fromMs).toBe(14 * 86_400_000);
    expect(period.days).toHaveLength(15);
    expect(period.days[0]).toBe('2026-11-07');
    expect(period.days.at(-1)).toBe('2026-11-21');
  });

  it("cuts at the midnights of the viewer's zone", () => {
    const input = { from: '2026-11-20T15:00:00Z', to: '2026-11-20T17:00:00Z' };
    expect(periodOf({ ...input, time_zone: 'UTC' }, NOW).days).toEqual(['2026-11-20']);
    const shanghai = periodOf({ ...input, time_zone: 'Asia/Shanghai' }, NOW);
    expect(shanghai.days).toEqual(['2026-11-20', '2026-11-21']);
    expect(shanghai.dayStartsMs[1]).toBe(Date.parse('2026-11-20T16:00:00Z'));
  });

  it('reads an offset as what it says', () => {
    const period = periodOf(
      { from: '2026-11-20T16:00:00Z', to: '2026-11-20T17:00:00Z', time_zone: '+08:00' },
      NOW,
    );
    expect(period.days).toEqual(['2026-11-21']);
  });

  it('follows a change of the clocks', () => {
    const period = periodOf(
      { from: '2026-03-28T00:00:00Z', to: '2026-03-31T00:00:00Z', time_zone: 'Europe/Berlin' },
      NOW,
    );
    expect(period.days).toEqual(['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31']);
    const [, second = 0, third = 0] = period.dayStartsMs;
    expect(third - second).toBe(23 * 3_600_000);
  });

  it('ends before a midnight that it does not contain', () => {
    const period = periodOf(
      { from: '2026-11-01T00:00:00Z', to: '2026-11-03T00:00:00Z', time_zone: 'UTC' },
      NOW,
    );
    expect(period.days).toEqual(['2026-11-01', '2026-11-02']);
  });

  it('is cut into hours where it is asked to be, the one that it begins in included', () => {
    const input = { from: '2026-11-20T15:20:00Z', to: '2026-11-20T18:00:00Z', interval: 'hour' as const };
    const period = periodOf({ ...input, time_zone: 'Asia/Shanghai' }, NOW);
    expect(period.days).toEqual(['2026-11-20T23', '2026-11-21T00', '2026-11-21T01']);
    expect(period.dayStartsMs[0]).toBe(Date.parse('2026-11-20T15:00:00Z'));
  });

  it('is not cut into hours when it is long', () => {
    expect(() => periodOf({ time_zone: 'UTC', interval: 'hour' }, NOW)).toThrow(/at most 7 days/);
  });

  it.each([
    ['empty', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['backwards', '2026-11-21T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['too long', '2025-01-01T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['before our time', '0000-01-01T00:00:00Z', '0000-01-02T00:00:00Z'],
  ])('refuses a period that is %s', (_, from, to) => {
    expect(() => periodOf({ from, to, time_zone: 'UTC' }, NOW)).toThrow(/The period must/);
  });
});

describe('hourOf', () => {
  it('is the hour that a time lies in', () => {
    expect(hourOf(NOW).toISOString()).toBe('2026-11-21T10:00:00.000Z');
  });
});
