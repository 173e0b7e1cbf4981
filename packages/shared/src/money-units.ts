import { MONEY_SCALE, type Money } from './money.ts';

/**
 * Money as a whole number of the smallest stored part, 10^-10 of the currency: the form in which the hot
 * path adds and compares. Exact like the decimals it comes from, and an order of magnitude cheaper.
 */
export type MoneyUnits = bigint;

const ZEROS = '0'.repeat(MONEY_SCALE);
const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,10}))?$/;

/** So many digits a double holds exactly. */
const EXACT_DIGITS = 15;
const ZERO = 48;
const POINT = 46;

/** Reads a stored amount such as `12.5000000000`. @throws RangeError on anything but a plain decimal of at most ten places */
export function toUnits(value: Money): MoneyUnits {
  const small = toSmallUnits(value);
  return small === -1 ? toAnyUnits(value) : BigInt(small);
}

/**
 * The same as a number: every call reads its bill several times, and a match makes a list of texts each time (1 KB a call).
 * -1: it is too large, negative, or not written as usual.
 */
function toSmallUnits(value: Money): number {
  const point = value.length - MONEY_SCALE - 1;
  if (point < 1 || value.length > EXACT_DIGITS + 1) return -1;
  let units = 0;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (index === point) {
      if (code !== POINT) return -1;
    } else {
      const digit = code - ZERO;
      if (digit < 0 || digit > 9) return -1;
      units = units * 10 + digit;
    }
  }
  return units;
}

function toAnyUnits(value: Money): MoneyUnits {
  const match = DECIMAL.exec(value);
  if (match === null) throw new RangeError(`not an amount of at most ${MONEY_SCALE} decimals: ${value}`);
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(whole + fraction.padEnd(MONEY_SCALE, '0'));
  return sign === '-' ? -units : units;
}

/** Writes all ten decimals, the form NUMERIC(24,10) gives back. */
export function fromUnits(units: MoneyUnits): Money {
  const digits = (units < 0n ? -units : units).toString();
  const sign = units < 0n ? '-' : '';
  const point = digits.length - MONEY_SCALE;
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}0.${ZEROS.slice(digits.length)}${digits}`;
}
