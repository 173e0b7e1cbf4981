import type { MoneyUnits } from '@aigc/shared/money-units';
import type { UsageDetails } from '@aigc/shared/usage-details';
import type { BilledUsage } from './bill-lines.ts';
import { detailsMillionfold, tokensMillionfold, type ExtraUnits } from './extra-units.ts';

/** Prices of one call in whole units, per million tokens. */
export interface UnitPrices {
  inputUnits: MoneyUnits;
  outputUnits: MoneyUnits;
  /** Null: no others, as of most models. */
  extras: ExtraUnits | null;
}

/** The most that a call can use. */
export interface CostBounds {
  inputTokens: number;
  outputTokens: number;
  details?: UsageDetails | undefined;
}

/** Prices are per this many tokens. */
const TOKENS_PER_PRICE = 1_000_000n;

/** The bill, rounded once, half up: the same amount as `billFor` of decimals. Null: a local model, which is free. */
export function billUnits(price: UnitPrices | null, usage: BilledUsage): MoneyUnits {
  if (price === null) return 0n;
  const { inputUnits, outputUnits, extras } = price;
  const millionfold =
    extras === null
      ? inputUnits * BigInt(usage.inputTokens) + outputUnits * BigInt(usage.outputTokens)
      : tokensMillionfold(price, extras, usage) + detailsMillionfold(extras, usage.details);
  return (millionfold + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE;
}

/** A million times the most that `bounds` can cost: which kind the tokens are of is not known yet. */
function boundMillionfold({ inputUnits, outputUnits, extras }: UnitPrices, bounds: CostBounds): bigint {
  const { inputTokens, outputTokens, details } = bounds;
  if (extras === null) return inputUnits * BigInt(inputTokens) + outputUnits * BigInt(outputTokens);
  return (
    extras.dearestInput * BigInt(inputTokens) +
    extras.dearestOutput * BigInt(outputTokens) +
    detailsMillionfold(extras, details)
  );
}

/** The most that `bounds` can cost, rounded up, so that a hold is never below the bill it covers. */
export function holdUnits(price: UnitPrices | null, bounds: CostBounds): MoneyUnits {
  if (price === null) return 0n;
  return (boundMillionfold(price, bounds) + TOKENS_PER_PRICE - 1n) / TOKENS_PER_PRICE;
}

/**
 * How many output tokens `budget` pays for after all else in `bounds`: null if output is free.
 * Negative when the budget does not even cover the rest.
 */
export function affordableOutput(
  price: UnitPrices,
  budget: MoneyUnits,
  bounds: Omit<CostBounds, 'outputTokens'>,
): number | null {
  const left = budget * TOKENS_PER_PRICE - boundMillionfold(price, { ...bounds, outputTokens: 0 });
  if (left < 0n) return -1;
  const outputUnits = price.extras === null ? price.outputUnits : price.extras.dearestOutput;
  return outputUnits === 0n ? null : Number(left / outputUnits);
}
