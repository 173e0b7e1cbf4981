import { MONEY_SCALE, type Money } from './money.ts';

/**
 * Money as a whole number of the smallest stored part, 10^-10 of the currency: the form in which the hot
 * path adds and compares. Exact like the decimals it comes from, and an order of magnitude cheaper.
 */
export type MoneyUnits = bigint;

const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,10}))?$/;

/** Reads a stored amount such as `12.5000000000`. @throws RangeError on anything but a plain decimal of at most ten places */
export function toUnits(value: Money): MoneyUnits {
  const match = DECIMAL.exec(value);
  if (match === null) throw new RangeError(`not an amount of at most ${MONEY_SCALE} decimals: ${value}`);
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(whole + fraction.padEnd(MONEY_SCALE, '0'));
  return sign === '-' ? -units : units;
}

/** Writes all ten decimals, the form NUMERIC(24,10) gives back. */
export function fromUnits(units: MoneyUnits): Money {
  const digits = (units < 0n ? -units : units).toString().padStart(MONEY_SCALE + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -MONEY_SCALE)}.${digits.slice(-MONEY_SCALE)}`;
}
