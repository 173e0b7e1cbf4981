import { amountSchema, emailSchema } from '@aigc/shared/schemas/fields';
import { expect, test } from 'vitest';
import { parseBy, parseDay, parseInteger, parseMoment } from './parse-value.ts';

test('values are read by the schemas of the API, and refused with their sentence', () => {
  expect(parseBy(emailSchema)(' Ann@Example.com ')).toBe('ann@example.com');
  expect(() => parseBy(emailSchema)('ann')).toThrow('must be an e-mail address');
  expect(() => parseBy(amountSchema)('-5')).toThrow('not negative');
});

test('a day must be in the calendar', () => {
  expect(parseDay('2028-02-29')).toBe('2028-02-29');
  for (const wrong of ['2026-02-29', '2026-13-01', '2026-1-1', 'today', '2026-11-21T00:00']) {
    expect(() => parseDay(wrong)).toThrow('must be a day');
  }
});

test('a moment is a time before now, a day, or a time with or without its zone', () => {
  // Read before the clock, or a tick between the two would make it less than two hours.
  const moment = Date.parse(parseMoment('2h'));
  const agoMs = Date.now() - moment;
  expect(agoMs).toBeGreaterThanOrEqual(7_200_000);
  expect(agoMs).toBeLessThan(7_260_000);
  expect(parseMoment('2026-11-21T18:30:00+08:00')).toBe('2026-11-21T10:30:00.000Z');
  const local = Temporal.PlainDateTime.from('2026-11-21').toZonedDateTime(Temporal.Now.timeZoneId());
  expect(Date.parse(parseMoment('2026-11-21'))).toBe(local.epochMilliseconds);
  for (const wrong of ['soon', '2 h', '2y', '', '2026-02-30']) {
    expect(() => parseMoment(wrong)).toThrow('must be a duration');
  }
});

test('whole numbers are bounded', () => {
  expect(parseInteger(1, 10)('10')).toBe(10);
  for (const wrong of ['0', '11', '1.5', '-1', 'ten', '1e1']) {
    expect(() => parseInteger(1, 10)(wrong)).toThrow('from 1 to 10');
  }
});
