import { localText, startOfDay } from '#lib/i18n/zoned-day.ts';
import { periodDays, periodRange, type Period } from '#lib/period.ts';

const dayMs = 86_400_000;

/**
 * Start and end of a period for charts. Periods of days are whole calendar days of the viewer's zone, today included,
 * so that no bar is cut short at its start; shorter ones reach back from now.
 */
export function statsRange(
  period: Period,
  timeZone: string,
  now: Date = new Date(),
): { from: string; to: string } {
  const days = periodDays(period);
  if (days <= 1) return periodRange(period, now);
  const today = Date.parse(`${localText(now, timeZone).slice(0, 10)}T00:00:00Z`);
  const first = new Date(today - (days - 1) * dayMs).toISOString().slice(0, 10);
  return { from: startOfDay(first, timeZone).toISOString(), to: now.toISOString() };
}
