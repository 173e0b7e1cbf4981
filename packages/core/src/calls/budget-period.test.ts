import fc from 'fast-check';
import { expect, test } from 'vitest';
import { periodEnd, periodStart } from './budget-period.ts';

const at = (text: string): number => Date.parse(text);

test.each([
  ['day', '2026-11-21T00:00:00.000Z', '2026-11-21', '2026-11-22'],
  ['day', '2026-11-21T23:59:59.999Z', '2026-11-21', '2026-11-22'],
  ['week', '2026-11-16T00:00:00.000Z', '2026-11-16', '2026-11-23'],
  ['week', '2026-11-22T23:59:59.999Z', '2026-11-16', '2026-11-23'],
  ['week', '2027-01-01T12:00:00.000Z', '2026-12-28', '2027-01-04'],
  ['month', '2028-02-29T12:00:00.000Z', '2028-02-01', '2028-03-01'],
  ['month', '2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
  ['total', '2026-11-21T12:00:00.000Z', '1970-01-01', null],
] as const)('the %s of %s begins on %s and ends on %s', (period, moment, start, end) => {
  expect(periodStart(period, at(moment))).toBe(start);
  expect(periodEnd(period, at(moment))).toBe(end);
});

test('every moment lies in its period, and weeks begin on Mondays', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('day', 'week', 'month'),
      fc.date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
      (period, date) => {
        const [start, end] = [periodStart(period, date.getTime()), periodEnd(period, date.getTime()) ?? ''];
        expect(at(start)).toBeLessThanOrEqual(date.getTime());
        expect(at(end)).toBeGreaterThan(date.getTime());
        expect(periodStart(period, at(end))).toBe(end);
        if (period === 'week') expect(new Date(start).getUTCDay()).toBe(1);
      },
    ),
  );
});
