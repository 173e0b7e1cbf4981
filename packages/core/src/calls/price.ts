import { money, toStored, toStoredUp, type Money } from '@aigc/shared/money';
import { billLines, type BilledUsage } from './bill-lines.ts';
import type { PriceSnapshot } from './call.ts';

/**
 * Costs as decimals, as a person would compute them. The hot path counts in whole units (`cost-units.ts`), and the
 * tests hold it to these.
 */

/** The bill: every part of what was used at its price, rounded once, half up, to ten decimals. Null: a local model. */
export function billFor(price: PriceSnapshot | null, usage: BilledUsage): Money {
  return toStored(price === null ? money(0) : sumOf(price, usage));
}

function sumOf(price: PriceSnapshot, usage: BilledUsage) {
  return billLines(price, usage).reduce((sum, { amount }) => sum.plus(amount), money(0));
}

/** The most that can be billed within `bounds`, rounded up, so that a hold is never below the bill it covers. */
export function holdFor(price: PriceSnapshot | null, bounds: BilledUsage): Money {
  if (price === null) return toStored(money(0));
  const { inputPrice, outputPrice, extras = {} } = price;
  const dearest = (...prices: (Money | undefined)[]) =>
    prices.reduce((most: Money, one) => (one !== undefined && money(one).gt(most) ? one : most), '0');
  const ofTokens = {
    ...price,
    inputPrice: dearest(
      inputPrice,
      extras.cached_input_price,
      extras.cache_write_price,
      extras.cache_write_hour_price,
      extras.audio_input_price,
    ),
    outputPrice: dearest(outputPrice, extras.audio_output_price),
  };
  const plain = { inputPrice: ofTokens.inputPrice, outputPrice: ofTokens.outputPrice };
  const { inputTokens, outputTokens, details } = bounds;
  const tokens = sumOf(plain, { inputTokens, outputTokens, cachedTokens: 0 });
  const others = sumOf(
    { ...price, inputPrice: '0', outputPrice: '0' },
    { inputTokens: 0, outputTokens: 0, cachedTokens: 0, details },
  );
  return toStoredUp(tokens.plus(others));
}
