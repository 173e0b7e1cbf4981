import { roundSignificant, splitDecimal } from './decimal-text.ts';
import type { Locale } from './locale.ts';

export type Time = string | Date;

/** Numbers, money and times as one language writes them. Decimal strings keep every digit they came with. */
export class Formats {
  readonly locale: Locale;
  readonly currency: string;
  /** The viewer's, e.g. `Asia/Shanghai`: every time is shown in it. */
  readonly timeZone: string;
  readonly #groups: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #cache = new Map<string, Intl.DateTimeFormat>();

  constructor(locale: Locale, currency: string, timeZone: string) {
    this.locale = locale;
    this.currency = currency;
    this.timeZone = timeZone;
    this.#groups = new Intl.NumberFormat(locale);
    this.#compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  }

  /** `18240` → `18,240`. */
  number(value: number, options?: Intl.NumberFormatOptions): string {
    return options ? new Intl.NumberFormat(this.locale, options).format(value) : this.#groups.format(value);
  }

  /** `41600000` → `41.6M`, in Chinese `4160万`. For tiles and axes only. */
  compact(value: number): string {
    return Math.abs(value) < 10_000 ? this.#groups.format(value) : this.#compact.format(value);
  }

  /** `0.9982` → `99.82%`. What is a little is not rounded to nothing, nor nearly all to all: `< 0.01%`, `> 99.99%`. */
  percent(ratio: number, maximumFractionDigits = 2): string {
    const format = new Intl.NumberFormat(this.locale, { style: 'percent', maximumFractionDigits });
    const least = 10 ** -(maximumFractionDigits + 2);
    if (ratio > 0 && ratio < least / 2) return `< ${format.format(least)}`;
    if (ratio < 1 && ratio >= 1 - least / 2) return `> ${format.format(1 - least)}`;
    return format.format(ratio);
  }

  /** A decimal string with grouped thousands and every decimal: `1234.5000` → `1,234.5`. */
  decimal(value: string): string {
    const { sign, whole, fraction } = splitDecimal(value);
    return sign + this.#groups.format(BigInt(whole)) + (fraction ? `.${fraction}` : '');
  }

  /**
   * An amount in the platform's currency: `¥96.18`. Four significant digits (never fewer than two decimals, which
   * is how money is read, nor fewer digits than the whole part has), unless all are asked for.
   */
  money(value: string, options: { exact?: boolean; currency?: string } = {}): string {
    const exact = options.exact === true;
    // Cents are never rounded away: a balance of 483.27 must not be shown as 483.30.
    const digits = Math.max(4, splitDecimal(value).whole.length + 2);
    const { sign, whole, fraction } = splitDecimal(exact ? value : roundSignificant(value, digits));
    const cents = fraction.padEnd(2, '0');
    return `${sign}${this.currencySymbol(options.currency)}${this.#groups.format(BigInt(whole))}.${cents}`;
  }

  /** `CNY` → `¥`, `USD` → `$`; an unknown code stays as it is. */
  currencySymbol(currency: string = this.currency): string {
    try {
      const parts = new Intl.NumberFormat(this.locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
      }).formatToParts(0);
      const symbol = parts.find((part) => part.type === 'currency')?.value ?? currency;
      return symbol.length > 1 ? `${symbol} ` : symbol;
    } catch {
      return `${currency} `;
    }
  }

  /** Milliseconds, from `< 1 ms` and `640 ms` over `1.82 s` to `2 min 5 s`. */
  duration(milliseconds: number): string {
    // Each unit ends where its last value would be rounded up to the next: never `1,000 ms`, `60 s` or `1 min 60 s`.
    if (milliseconds > 0 && milliseconds < 0.5) return '< 1 ms';
    if (milliseconds < 999.5) return `${this.#groups.format(Math.round(milliseconds))} ms`;
    const seconds = milliseconds / 1_000;
    if (seconds < 59.95)
      return `${this.number(seconds, { maximumFractionDigits: seconds < 9.995 ? 2 : 1 })} s`;
    const whole = Math.round(seconds);
    return `${this.#groups.format(Math.floor(whole / 60))} min ${whole % 60} s`;
  }

  /** Bytes as people read them: `1.4 MB`. */
  bytes(count: number): string {
    const units = ['B', 'kB', 'MB', 'GB'] as const;
    const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
    return `${this.number(count / 1000 ** step, { maximumFractionDigits: 1 })} ${units[step]}`;
  }

  /** `Nov 20, 14:02`, with the year when it is not this one. */
  dateTime(time: Time, options: { seconds?: boolean } = {}): string {
    return this.#dates({
      ...this.#yearUnlessThis(time),
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      ...(options.seconds ? { second: '2-digit' } : {}),
      hourCycle: 'h23',
    }).format(new Date(time));
  }

  /** `Nov 20`, with the year when it is not this one. */
  date(time: Time): string {
    return this.#dates({ ...this.#yearUnlessThis(time), month: 'short', day: 'numeric' }).format(
      new Date(time),
    );
  }

  /** A calendar day `YYYY-MM-DD`, which has no zone: `Nov 20`. */
  day(day: string): string {
    return this.#dates({ month: 'short', day: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${day}T00:00:00Z`),
    );
  }

  /** A month `YYYY-MM`: `November 2026`. */
  month(month: string): string {
    return this.#dates({ month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-01T00:00:00Z`),
    );
  }

  /** Calendar days, both included: `Nov 1 – 21, 2026`. */
  dayRange(start: string, end: string): string {
    const format = this.#dates({ year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' });
    return format.formatRange(new Date(`${start}T00:00:00Z`), new Date(`${end}T00:00:00Z`));
  }

  /** `14:02:31`. */
  time(time: Time): string {
    return this.#dates({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
      new Date(time),
    );
  }

  /** The whole instant with its zone, for tooltips: `Nov 20, 2026, 14:02:31 GMT+08:00`. */
  fullTime(time: Time): string {
    const parts = this.#dates({
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    }).formatToParts(new Date(time));
    // In Chinese the zone would stand between day and time, where nobody looks for it.
    const zone = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const rest = parts.map(({ type, value }) => (type === 'timeZoneName' ? '' : value)).join('');
    return `${rest.replaceAll(/\s+/g, ' ').trim()} ${zone}`;
  }

  /** `5 minutes ago`, `yesterday`; `now` is given so that a page can tick. */
  relative(time: Time, now: Date = new Date()): string {
    const seconds = (new Date(time).getTime() - now.getTime()) / 1_000;
    const steps = [
      ['second', 60],
      ['minute', 60],
      ['hour', 24],
      ['day', 30],
      ['month', 12],
      ['year', Infinity],
    ] as const;
    let value = seconds;
    for (const [unit, size] of steps) {
      if (Math.abs(Math.round(value)) < size) {
        return new Intl.RelativeTimeFormat(this.locale, { numeric: 'auto' }).format(Math.round(value), unit);
      }
      value /= size;
    }
    return this.dateTime(time);
  }

  /** `a, b and c`. */
  list(items: readonly string[]): string {
    return new Intl.ListFormat(this.locale, { type: 'conjunction' }).format(items);
  }

  #yearUnlessThis(time: Time): { year?: 'numeric' } {
    return new Date(time).getUTCFullYear() === new Date().getUTCFullYear() ? {} : { year: 'numeric' };
  }

  #dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = JSON.stringify(options);
    let format = this.#cache.get(key);
    if (!format) {
      format = new Intl.DateTimeFormat(this.locale, { timeZone: this.timeZone, ...options });
      this.#cache.set(key, format);
    }
    return format;
  }
}
