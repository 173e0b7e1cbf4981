import { startOfDay } from '#lib/i18n/zoned-day.ts';

const dayMs = 86_400_000;

/** Never, so many days from now, or the end of a day of one's own. */
export type Expiry = 'none' | '30' | '90' | '365' | 'day';

/** The instant at which codes end, for the API; null: never. A day of one's own is included. */
export function expiryOf(
  expiry: Expiry,
  day: string,
  { zone, now }: { zone: string; now: Date },
): string | null {
  if (expiry === 'none') return null;
  if (expiry !== 'day') return new Date(now.getTime() + Number(expiry) * dayMs).toISOString();
  const start = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(start)) return null;
  return startOfDay(new Date(start + dayMs).toISOString().slice(0, 10), zone).toISOString();
}
