import type { MoneyUnits } from '@aigc/shared/money-units';

/** Prices of one call in whole units, per million tokens. */
export interface UnitPrices {
  inputUnits: MoneyUnits;
  outputUnits: MoneyUnits;
}

export interface TokenCounts {
  inputTokens: number;
  outputTokens: number;
}

/** Prices are per this many tokens. */
const TOKENS_PER_PRICE = 1_000_000n;

function millionfold(price: UnitPrices, { inputTokens, outputTokens }: TokenCounts): bigint {
  return price.inputUnits * BigInt(inputTokens) + price.outputUnits * BigInt(outputTokens);
}

/** The bill, rounded once, half up: the same amount as `billFor` of decimals. Null: a local model, which is free. */
export function billUnits(price: UnitPrices | null, tokens: TokenCounts): MoneyUnits {
  return price === null ? 0n : (millionfold(price, tokens) + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
}

/** The most that `tokens` can cost, rounded up, so that a hold is never below the bill it covers. */
export function holdUnits(price: UnitPrices | null, tokens: TokenCounts): MoneyUnits {
  return price === null ? 0n : (millionfold(price, tokens) + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
}

/**
 * How many output tokens `budget` pays for after the input: null if output is free.
 * Negative when the budget does not even cover the input.
 */
export function affordableOutput(price: UnitPrices, budget: MoneyUnits, inputTokens: number): number | null {
  const left = budget * TOKENS_PER_PRICE - price.inputUnits * BigInt(inputTokens);
  if (left < 0n) return -1;
  return price.outputUnits === 0n ? null : Number(left / price.outputUnits);
}
