/** Decimal strings for display, worked on as text: no digit is lost to a float. */

export interface DecimalParts {
  sign: '' | '-';
  whole: string;
  /** Without trailing zeros. */
  fraction: string;
}

/** Takes `-12.500` apart. Throws on anything that is not a plain decimal. */
export function splitDecimal(value: string): DecimalParts {
  const match = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(value);
  if (!match) throw new RangeError(`not a decimal: ${value}`);
  const [, sign = '', whole = '0', fraction = ''] = match;
  const isZero = /^0*$/.test(whole + fraction);
  return { sign: sign === '-' && !isZero ? '-' : '', whole, fraction };
}

/**
 * Rounds half up to so many significant digits, but never touches the whole part: `0.0214159` → `0.02142`,
 * `128.404` → `128.4`, `123456.7` → `123457`.
 */
export function roundSignificant(value: string, digits: number): string {
  const { sign, whole, fraction } = splitDecimal(value);
  const leadingZeros = whole === '0' ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0;
  const keep = whole === '0' ? leadingZeros + digits : Math.max(0, digits - whole.length);
  if (fraction.length <= keep) return sign + whole + (fraction ? `.${fraction}` : '');
  const kept = BigInt(whole + fraction.slice(0, keep));
  const rounded = (fraction.charAt(keep) >= '5' ? kept + 1n : kept).toString().padStart(keep + 1, '0');
  const cut = rounded.length - keep;
  const decimals = rounded.slice(cut).replace(/0+$/, '');
  return sign + rounded.slice(0, cut) + (decimals ? `.${decimals}` : '');
}

/** A number near the decimal, for drawing (bar heights, sorting), never for showing. */
export function approximate(value: string): number {
  return Number(value);
}
