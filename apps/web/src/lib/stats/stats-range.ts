import { localText, startOfDay } from '#lib/i18n/zoned-day.ts';
import { periodDays, type Period } from '#lib/period.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface StatsRange {
  from: string;
  to: string;
  interval: 'day' | 'hour';
}

/**
 * Start and end of a period for charts. Periods of days are whole calendar days of the viewer's zone, today included;
 * a day is told by the hour, this one included: so no bar is cut short at its start.
 */
export function statsRange(period: Period, timeZone: string, now: Date = new Date()): StatsRange {
  const days = periodDays(period);
  const to = now.toISOString();
  if (days <= 1) {
    const hours = Math.max(1, 24 * days);
    const thisHour = Math.floor(now.getTime() / hourMs) * hourMs;
    return { from: new Date(thisHour - (hours - 1) * hourMs).toISOString(), to, interval: 'hour' };
  }
  const today = Date.parse(`${localText(now, timeZone).slice(0, 10)}T00:00:00Z`);
  const first = new Date(today - (days - 1) * dayMs).toISOString().slice(0, 10);
  return { from: startOfDay(first, timeZone).toISOString(), to, interval: 'day' };
}
