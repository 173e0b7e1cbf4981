import { refusal } from '@aigc/shared/refusals';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const DEFAULT_PERIOD_DAYS = 14;
export const MAX_PERIOD_DAYS = 400;
/** Longest period that is cut into hours. */
export const MAX_HOURLY_DAYS = 7;

/** A period cut into the days (or hours) of a zone. Times are milliseconds since 1970. */
export interface Period {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  /** `YYYY-MM-DD` in the zone, or `YYYY-MM-DDTHH` for hours; oldest first. */
  days: string[];
  /** When each of the days begins; the first may begin before the period. */
  dayStartsMs: number[];
  /** Its days are hours. */
  isHourly: boolean;
}

export interface PeriodInput {
  from?: string | undefined;
  to?: string | undefined;
  time_zone: string;
  /** By default days. */
  interval?: 'day' | 'hour' | undefined;
}

/** @throws AppError `invalid_field` on `from` when the period is empty, too long, or before there were calls */
export function periodOf(input: PeriodInput, nowMs: number): Period {
  const toMs = input.to === undefined ? nowMs : Date.parse(input.to);
  const fromMs = input.from === undefined ? toMs - DEFAULT_PERIOD_DAYS * DAY_MS : Date.parse(input.from);
  if (!(fromMs < toMs)) {
    throw refusal('period_reversed', {}, { param: 'from' });
  }
  const maxDays = input.interval === 'hour' ? MAX_HOURLY_DAYS : MAX_PERIOD_DAYS;
  if (toMs - fromMs > maxDays * DAY_MS) {
    const reason = input.interval === 'hour' ? 'hourly_period_too_long' : 'period_too_long';
    throw refusal(reason, { days: maxDays }, { param: 'from' });
  }
  if (fromMs < 0) {
    throw refusal('period_too_early', {}, { param: 'from' });
  }
  const start = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(input.time_zone);
  const isHourly = input.interval === 'hour';
  return { fromMs, toMs, isHourly, ...(isHourly ? cutHours(start, toMs) : cutDays(start, toMs)) };
}

type Cut = Pick<Period, 'days' | 'dayStartsMs'>;

function cutDays(start: Temporal.ZonedDateTime, toMs: number): Cut {
  const cut: Cut = { days: [], dayStartsMs: [] };
  let day = start.startOfDay();
  while (day.epochMilliseconds < toMs) {
    cut.days.push(day.toPlainDate().toString());
    cut.dayStartsMs.push(day.epochMilliseconds);
    // The calendar's next day: with a change of the clocks it is not 24 hours away.
    day = day.add({ days: 1 }).startOfDay();
  }
  return cut;
}

function cutHours(start: Temporal.ZonedDateTime, toMs: number): Cut {
  const cut: Cut = { days: [], dayStartsMs: [] };
  let hour = start.round({ smallestUnit: 'hour', roundingMode: 'floor' });
  while (hour.epochMilliseconds < toMs) {
    cut.days.push(hour.toPlainDateTime().toString().slice(0, 'YYYY-MM-DDTHH'.length));
    cut.dayStartsMs.push(hour.epochMilliseconds);
    hour = hour.add({ hours: 1 });
  }
  return cut;
}

/** Start of the hour that a time lies in: sums are kept by the hour of UTC, so a period begins with one. */
export function hourOf(timeMs: number): Date {
  return new Date(Math.floor(timeMs / HOUR_MS) * HOUR_MS);
}
