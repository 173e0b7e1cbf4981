import { Decimal } from 'decimal.js';

/**
 * Money is a decimal string from the database to the screen and a `Decimal` only while it is computed.
 * 60 significant digits: more than any product of a NUMERIC(24,10) price and a token count needs.
 */
const MoneyDecimal = Decimal.clone({
  precision: 60,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -60,
  toExpPos: 60,
});

export type Money = string;
export type MoneyDecimal = Decimal;

/** Decimals kept by balances, bills and prices in the database. */
export const MONEY_SCALE = 10;

/** Reads a decimal string such as `12.50`. Throws on anything that is not a finite decimal number. */
export function money(value: Money | number | Decimal): Decimal {
  const parsed = new MoneyDecimal(value);
  if (!parsed.isFinite()) throw new RangeError(`not a finite amount: ${String(value)}`);
  return parsed;
}

/** Rounds half up to the stored scale and writes all ten decimals, the form NUMERIC(24,10) gives back. */
export function toStored(value: Decimal): Money {
  return value.toFixed(MONEY_SCALE, Decimal.ROUND_HALF_UP);
}

/** Rounds away from zero: for holds, which must never be smaller than the bill they cover. */
export function toStoredUp(value: Decimal): Money {
  return value.toFixed(MONEY_SCALE, Decimal.ROUND_UP);
}

/** Removes trailing zeros: `12.5000000000` becomes `12.5`, `0E-10` becomes `0`. */
export function trimMoney(value: Money): Money {
  return money(value).toFixed();
}
