import { toUnits } from '@aigc/shared/money-units';
import type { Money } from '@aigc/shared/money';

/** Amounts that have no more characters than this are below 10^14 units: exact as a number. */
const EXACT_LENGTH = 15;
/** Sums of numbers stay exact below 2^53; another amount still fits below this. */
const SPILL_UNITS = 2 ** 52;
const DOT = 46;
const ZERO = 48;

/** An exact sum of amounts with ten decimals. Adding is part of every call, and bigints would be most of its cost. */
export class MoneySum {
  #units = 0;
  #spilled = 0n;

  /** `amount` is not negative and has all ten decimals, as bills do. */
  add(amount: Money): void {
    if (amount.length > EXACT_LENGTH) {
      this.#spilled += toUnits(amount);
      return;
    }
    let units = 0;
    for (let index = 0; index < amount.length; index += 1) {
      const code = amount.charCodeAt(index);
      if (code !== DOT) units = units * 10 + (code - ZERO);
    }
    this.#units += units;
    if (this.#units > SPILL_UNITS) {
      this.#spilled += BigInt(this.#units);
      this.#units = 0;
    }
  }

  /** In units of 10^-10. */
  get total(): bigint {
    return this.#spilled + BigInt(this.#units);
  }
}
