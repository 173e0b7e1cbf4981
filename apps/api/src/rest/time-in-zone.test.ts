import { expect, it } from 'vitest';
import { timeInZone } from './time-in-zone.ts';

it('writes every instant as the zone has it, across changes of its clocks', () => {
  const starts = ['2026-03-08T06:50:00.123Z', '2026-11-01T05:50:00.001Z', '2026-10-03T15:20:00Z'];
  for (const timeZone of [
    'UTC',
    'Asia/Shanghai',
    'Asia/Kathmandu',
    'America/New_York',
    'Australia/Lord_Howe',
  ]) {
    for (const start of starts) {
      for (let minutes = 0; minutes < 120; minutes += 7) {
        const time = new Date(Date.parse(start) + minutes * 60_000).toISOString();
        const expected = Temporal.Instant.from(time)
          .toZonedDateTimeISO(timeZone)
          .toString({ timeZoneName: 'never', smallestUnit: 'millisecond' });
        expect(timeInZone(time, timeZone)).toBe(expected);
      }
    }
  }
});
