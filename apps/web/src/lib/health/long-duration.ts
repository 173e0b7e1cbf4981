import type { Locale } from '#lib/i18n/locale.ts';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Days and hours, hours and minutes, or less: the two largest parts say enough. */
export function longDuration(milliseconds: number, locale: Locale): string {
  const first = UNITS.findIndex(([, unitMs]) => milliseconds >= unitMs);
  const shown = first < 0 ? UNITS.slice(-1) : UNITS.slice(first, first + 2);
  let rest = milliseconds;
  const parts = shown.map(([unit, unitMs], index) => {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (index > 0 && count === 0) return '';
    return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
  });
  return parts.filter((part) => part !== '').join(' ');
}
