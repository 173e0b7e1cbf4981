import { money, toStored, toStoredUp, type Money } from '@aigc/shared/money';
import type { PriceSnapshot } from './call.ts';

/** Prices are per this many tokens. */
const TOKENS_PER_PRICE = 1_000_000;

export interface TokenCounts {
  inputTokens: number;
  outputTokens: number;
}

function cost(price: PriceSnapshot, tokens: TokenCounts) {
  return money(price.inputPrice)
    .times(tokens.inputTokens)
    .plus(money(price.outputPrice).times(tokens.outputTokens))
    .div(TOKENS_PER_PRICE);
}

/** The bill: input tokens x input price + output tokens x output price, rounded once, half up, to ten decimals. */
export function billFor(price: PriceSnapshot | null, tokens: TokenCounts): Money {
  return price === null ? toStored(money(0)) : toStored(cost(price, tokens));
}

/** The most that `tokens` can cost, rounded up, so that a hold is never below the bill it covers. */
export function holdFor(price: PriceSnapshot | null, tokens: TokenCounts): Money {
  return price === null ? toStored(money(0)) : toStoredUp(cost(price, tokens));
}

/**
 * How many output tokens `budget` pays for after the input: null if output is free.
 * Negative when the budget does not even cover the input.
 */
export function affordableOutputTokens(
  price: PriceSnapshot,
  budget: Money,
  inputTokens: number,
): number | null {
  const outputPrice = money(price.outputPrice);
  const left = money(budget).minus(cost(price, { inputTokens, outputTokens: 0 }));
  if (left.isNegative()) return -1;
  if (outputPrice.isZero()) return null;
  return left.times(TOKENS_PER_PRICE).div(outputPrice).floor().toNumber();
}
