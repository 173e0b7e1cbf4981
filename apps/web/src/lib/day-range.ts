import { startOfDay } from '#lib/i18n/zoned-day.ts';

/** Calendar days `YYYY-MM-DD`, both included. */
export interface DayRange {
  start: string;
  end: string;
}

/** What an address asks for: a month by its name, days of one's own, or nothing. */
export type ChosenDays =
  { month: string; range: DayRange } | { month: undefined; range: DayRange | undefined };

type Params = Pick<URLSearchParams, 'get'>;

const dayMs = 86_400_000;
/** What a report covers at most. */
export const maxReportDays = 400;
const monthPattern = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Reads `month`, else `start` and `end`. What makes no sense is left out instead of failing the page. */
export function readDays(params: Params): ChosenDays {
  const month = params.get('month') ?? '';
  if (monthPattern.test(month)) return { month, range: daysOfMonth(month) };
  const [start, end] = [params.get('start') ?? '', params.get('end') ?? ''];
  const range = { start, end };
  return { month: undefined, range: isReadable(range) ? range : undefined };
}

/** Whether these are days, in their order, and not more than a report covers. */
export function isReadable({ start, end }: DayRange): boolean {
  if (!isDay(start) || !isDay(end) || start > end || start < '1971') return false;
  return (Date.parse(end) - Date.parse(start)) / dayMs < maxReportDays;
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // The 30th of February is read as a day of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

export function daysOfMonth(month: string): DayRange {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return { start: `${month}-01`, end: last };
}

/** The month of a day and those before it, newest first. */
export function monthsUntil(today: string, count: number): string[] {
  const [year = 0, number = 1] = today.split('-').map(Number);
  return Array.from({ length: count }, (_, ago) =>
    new Date(Date.UTC(year, number - 1 - ago, 1)).toISOString().slice(0, 7),
  );
}

/** Days that are still to come are left out of a report. */
export function upTo(range: DayRange, today: string): DayRange {
  return range.end > today && range.start <= today ? { start: range.start, end: today } : range;
}

/** The instants between which the days lie in a zone; `to` is exclusive. */
export function instantsOf({ start, end }: DayRange, timeZone: string): { from: string; to: string } {
  const next = new Date(Date.parse(`${end}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
  return {
    from: startOfDay(start, timeZone).toISOString(),
    to: startOfDay(next, timeZone).toISOString(),
  };
}
