import type { BudgetPeriod } from './call-books.ts';

const DAY_MS = 86_400_000;
/** The first day of a budget that never resets. */
const TOTAL_START = '1970-01-01';
/** 1970-01-01 was a Thursday. */
const DAYS_AFTER_MONDAY = 3;

/** The first day of the period that a moment lies in, by the UTC calendar; weeks begin on Monday, as in ISO 8601. */
export function periodStart(period: BudgetPeriod, nowMs: number): string {
  const day = Math.floor(nowMs / DAY_MS);
  switch (period) {
    case 'day':
      return isoDay(day);
    case 'week':
      return isoDay(day - ((day + DAYS_AFTER_MONDAY) % 7));
    case 'month':
      return `${isoDay(day).slice(0, 8)}01`;
    case 'total':
      return TOTAL_START;
  }
}

/** The day after the period's last; null: it never ends. */
export function periodEnd(period: BudgetPeriod, nowMs: number): string | null {
  const start = new Date(periodStart(period, nowMs));
  switch (period) {
    case 'day':
      return isoDay(start.getTime() / DAY_MS + 1);
    case 'week':
      return isoDay(start.getTime() / DAY_MS + 7);
    case 'month':
      return new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)).toISOString().slice(0, 10);
    case 'total':
      return null;
  }
}

let lastDay = Number.NaN;
let lastText = '';

/** Calls of the same day ask again and again. */
function isoDay(day: number): string {
  if (day !== lastDay) {
    lastText = new Date(day * DAY_MS).toISOString().slice(0, 10);
    lastDay = day;
  }
  return lastText;
}
