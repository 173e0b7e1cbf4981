/**
 * The little arithmetic the panel does with decimal strings, exact because it works on whole numbers. The API computes
 * every amount that counts; this only adds up and shows how a bill came about.
 */
interface Scaled {
  digits: bigint;
  /** Decimals that `digits` has. */
  scale: number;
}

/** The sum, without trailing zeros. Throws on anything that is not a plain decimal. */
export function sumDecimals(values: readonly string[]): string {
  const parsed = values.map(parse);
  const scale = Math.max(0, ...parsed.map((value) => value.scale));
  return write({
    digits: parsed.reduce((sum, value) => sum + value.digits * 10n ** BigInt(scale - value.scale), 0n),
    scale,
  });
}

/** What so many tokens cost at a price per million of them, exactly: nothing is rounded. */
export function tokensCost(tokens: number, pricePerMillion: string): string {
  const price = parse(pricePerMillion);
  return write({ digits: price.digits * BigInt(tokens), scale: price.scale + 6 });
}

/** So many times the value, exactly. */
export function timesDecimal(value: string, count: number): string {
  const { digits, scale } = parse(value);
  return write({ digits: digits * BigInt(count), scale });
}

/** Rounds half up (away from zero) to so many decimals, as bills are. */
export function roundDecimal(value: string, places: number): string {
  const { digits, scale } = parse(value);
  if (scale <= places) return write({ digits, scale });
  const unit = 10n ** BigInt(scale - places);
  const half = digits < 0n ? -(unit / 2n) : unit / 2n;
  return write({ digits: (digits + half) / unit, scale: places });
}

function parse(value: string): Scaled {
  const match = /^(-?\d+)(?:\.(\d*))?$/.exec(value);
  if (!match) throw new RangeError(`not a decimal: ${value}`);
  const [, whole = '0', fraction = ''] = match;
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function write({ digits, scale }: Scaled): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  return sign + text.slice(0, text.length - scale) + (scale > 0 && fraction ? `.${fraction}` : '');
}
