/** Calendar days of a time zone as instants, for filters that say "that day". */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The instant at which a day `YYYY-MM-DD` begins in a zone. */
export function startOfDay(day: string, timeZone: string): Date {
  return instantOf(`${day}T00:00`, timeZone);
}

/** Start (inclusive) and end (exclusive) of a day in a zone; 23 or 25 hours apart when clocks change. */
export function dayRange(day: string, timeZone: string): { from: string; to: string } {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
  return { from: startOfDay(day, timeZone).toISOString(), to: startOfDay(next, timeZone).toISOString() };
}

/** The same for an hour `YYYY-MM-DDTHH`, as statistics by the hour name it. */
export function hourRange(hour: string, timeZone: string): { from: string; to: string } {
  const start = instantOf(`${hour}:00`, timeZone);
  return { from: start.toISOString(), to: new Date(start.getTime() + hourMs).toISOString() };
}

/**
 * The instant that a clock of the zone shows as `YYYY-MM-DDTHH:mm`, the form of `datetime-local` fields. A time that
 * clocks skip means the one as much later.
 */
export function instantOf(local: string, timeZone: string): Date {
  const asUtc = Date.parse(`${local}Z`);
  // The offset is asked for at a guess, then again where that guess led: enough, since zones change twice a year.
  const guess = asUtc - offsetMs(new Date(asUtc), timeZone);
  return new Date(asUtc - offsetMs(new Date(guess), timeZone));
}

/** An instant as a `datetime-local` field of the zone shows it. */
export function localText(time: string | Date, timeZone: string): string {
  const instant = new Date(time);
  return new Date(instant.getTime() + offsetMs(instant, timeZone)).toISOString().slice(0, 16);
}

/** How far the zone is ahead of UTC at an instant. */
function offsetMs(instant: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const get = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  const shown = Date.UTC(
    get('year'),
    get('month') - 1,
    get('day'),
    get('hour'),
    get('minute'),
    get('second'),
  );
  return shown - Math.floor(instant.getTime() / 1_000) * 1_000;
}
