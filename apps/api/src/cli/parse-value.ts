import { InvalidArgumentError } from 'commander';
import type { z } from 'zod';

/** A parser of an option's value by the schema that the API uses for the same thing. */
export function parseBy<T>(schema: z.ZodType<T>): (value: string) => T {
  return (value) => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    throw new InvalidArgumentError(`It ${result.error.issues[0]?.message ?? 'is invalid'}.`);
  };
}

/** A parser of whole numbers between two bounds, both included. */
export function parseInteger(min: number, max: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d{1,15}$/.test(value) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

/** A calendar day, `YYYY-MM-DD`. */
export function parseDay(value: string): string {
  try {
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return Temporal.PlainDate.from(value).toString();
  } catch {
    // A day that no calendar has.
  }
  throw new InvalidArgumentError('It must be a day such as 2026-11-21.');
}

const UNITS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A moment as ISO 8601 in UTC: a duration before now (`90s`, `15m`, `2h`, `7d`, `1w`), a day, or a time. */
export function parseMoment(value: string): string {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(value) ?? [];
  if (count !== undefined) {
    const agoMs = Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
    return new Date(Date.now() - agoMs).toISOString();
  }
  const moment = readInstant(value) ?? readLocalTime(value);
  if (moment !== null) return new Date(moment.epochMilliseconds).toISOString();
  throw new InvalidArgumentError(
    'It must be a duration such as 15m, 2h or 7d, a day such as 2026-11-21, or a time such as 2026-11-21T18:30.',
  );
}

/** A duration such as `90s` or `7d`, in seconds, from 0 to a bound. */
export function parseDuration(maxSeconds: number): (value: string) => number {
  return (value) => {
    const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(value) ?? [];
    const seconds = value === '0' ? 0 : (Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS]) / 1_000;
    if (seconds >= 0 && seconds <= maxSeconds) return seconds;
    throw new InvalidArgumentError(
      `It must be a duration such as 90s, 12h or 7d, at most ${maxSeconds / 86_400} days.`,
    );
  };
}

/** A moment to come as ISO 8601 in UTC: a duration from now (`12h`, `90d`), a day, which it includes, or a time. */
export function parseFuture(value: string): string {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(value) ?? [];
  if (count !== undefined) {
    const inMs = Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
    return new Date(Date.now() + inMs).toISOString();
  }
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
  const moment = isDay
    ? (readLocalTime(parseDay(value))?.add({ days: 1 }) ?? null)
    : (readInstant(value) ?? readLocalTime(value));
  if (moment !== null) return new Date(moment.epochMilliseconds).toISOString();
  throw new InvalidArgumentError(
    'It must be a duration such as 12h or 90d, a day such as 2026-11-21, or a time such as 2026-11-21T18:30.',
  );
}

/** With an offset: one moment everywhere. */
function readInstant(value: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(value);
  } catch {
    return null;
  }
}

/** Without one: in this machine's zone. */
function readLocalTime(value: string): Temporal.ZonedDateTime | null {
  try {
    return Temporal.PlainDateTime.from(value).toZonedDateTime(Temporal.Now.timeZoneId());
  } catch {
    return null;
  }
}
