/** Clocks are set at whole quarters of an hour. */
const QUARTER_MS = 15 * 60_000;

interface Offset {
  timeZone: string;
  quarter: number;
  ms: number;
  /** E.g. `+08:00`. */
  text: string;
}

/** Rows of a file follow each other in time, so the offset of the last one is mostly that of the next. */
let last: Offset | undefined;

/** ISO 8601 with the zone's offset, e.g. `2026-11-21T18:30:00.000+08:00`. */
export function timeInZone(time: string, timeZone: string): string {
  const ms = Date.parse(time);
  const quarter = Math.floor(ms / QUARTER_MS);
  if (last?.quarter !== quarter || last.timeZone !== timeZone) last = offsetAt(quarter, timeZone);
  return new Date(ms + last.ms).toISOString().slice(0, -1) + last.text;
}

function offsetAt(quarter: number, timeZone: string): Offset {
  const { offset, offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(
    quarter * QUARTER_MS,
  ).toZonedDateTimeISO(timeZone);
  return { timeZone, quarter, ms: offsetNanoseconds / 1e6, text: offset };
}
