import { AppError } from '@aigc/shared/errors';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const DEFAULT_PERIOD_DAYS = 14;
export const MAX_PERIOD_DAYS = 400;

/** A period cut into the days of a zone. Times are milliseconds since 1970. */
export interface Period {
  fromMs: number;
  /** Exclusive. */
  toMs: number;
  /** `YYYY-MM-DD` in the zone, oldest first. */
  days: string[];
  /** When each of the days begins; the first may begin before the period. */
  dayStartsMs: number[];
}

export interface PeriodInput {
  from?: string | undefined;
  to?: string | undefined;
  time_zone: string;
}

/** @throws AppError `invalid_field` on `from` when the period is empty, too long, or before there were calls */
export function periodOf(input: PeriodInput, nowMs: number): Period {
  const toMs = input.to === undefined ? nowMs : Date.parse(input.to);
  const fromMs = input.from === undefined ? toMs - DEFAULT_PERIOD_DAYS * DAY_MS : Date.parse(input.from);
  if (!(fromMs < toMs)) {
    throw new AppError('invalid_field', 'The period must begin before it ends.', { param: 'from' });
  }
  if (toMs - fromMs > MAX_PERIOD_DAYS * DAY_MS) {
    throw new AppError('invalid_field', `The period must have at most ${MAX_PERIOD_DAYS} days.`, {
      param: 'from',
    });
  }
  if (fromMs < 0) {
    throw new AppError('invalid_field', 'The period must not begin before 1970.', { param: 'from' });
  }
  const days: string[] = [];
  const dayStartsMs: number[] = [];
  let day = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(input.time_zone).startOfDay();
  while (day.epochMilliseconds < toMs) {
    days.push(day.toPlainDate().toString());
    dayStartsMs.push(day.epochMilliseconds);
    // The calendar's next day: with a change of the clocks it is not 24 hours away.
    day = day.add({ days: 1 }).startOfDay();
  }
  return { fromMs, toMs, days, dayStartsMs };
}

/** Start of the hour that a time lies in: sums are kept by the hour of UTC, so a period begins with one. */
export function hourOf(timeMs: number): Date {
  return new Date(Math.floor(timeMs / HOUR_MS) * HOUR_MS);
}
