import { EXTRA_PRICES } from '@aigc/shared/price-kinds';
import { fromUnits, toUnits } from '@aigc/shared/money-units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PriceSnapshot } from './call.ts';
import { affordableOutput, billUnits, holdUnits, type UnitPrices } from './cost-units.ts';
import { toExtraUnits } from './extra-units.ts';
import { billFor, holdFor } from './price.ts';

const amount = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(fromUnits);
const tokens = fc.nat({ max: 2_147_483_647 });

const prices: fc.Arbitrary<PriceSnapshot> = fc
  .tuple(
    amount,
    amount,
    fc.option(
      fc.record(Object.fromEntries(EXTRA_PRICES.map((field) => [field, amount])), { requiredKeys: [] }),
    ),
  )
  .map(([inputPrice, outputPrice, extras]) =>
    extras === null ? { inputPrice, outputPrice } : { inputPrice, outputPrice, extras },
  );

const details = fc.record(
  {
    cacheWriteTokens: tokens,
    cacheWriteHourTokens: tokens,
    audioInputTokens: tokens,
    audioOutputTokens: tokens,
    images: fc.nat(1000),
    audioSeconds: fc.nat(100_000),
    characters: tokens,
    calls: fc.constant(1),
    durationSeconds: fc.nat(1800),
  },
  { requiredKeys: [] },
);
const usage = fc.record(
  { inputTokens: tokens, outputTokens: tokens, cachedTokens: tokens, details },
  {
    requiredKeys: ['inputTokens', 'outputTokens', 'cachedTokens'],
  },
);

function toUnitPrices(stored: PriceSnapshot): UnitPrices {
  return {
    inputUnits: toUnits(stored.inputPrice),
    outputUnits: toUnits(stored.outputPrice),
    extras: toExtraUnits(stored),
  };
}

test('costs in whole units are those of the decimals', () => {
  fc.assert(
    fc.property(prices, usage, (stored, used) => {
      expect(fromUnits(billUnits(toUnitPrices(stored), used))).toBe(billFor(stored, used));
      expect(fromUnits(holdUnits(toUnitPrices(stored), used))).toBe(holdFor(stored, used));
    }),
  );
});

test('a hold covers the bill of everything within its bounds', () => {
  const shares = fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(prices, usage, shares, (stored, bounds, each) => {
      const part = (most: number | undefined, index: number) =>
        Math.floor(((most ?? 0) * (each[index] ?? 0)) / 1000);
      const most = bounds.details ?? {};
      const used = {
        inputTokens: part(bounds.inputTokens, 0),
        outputTokens: part(bounds.outputTokens, 1),
        cachedTokens: part(bounds.cachedTokens, 2),
        details: {
          ...most,
          images: part(most.images, 3),
          audioSeconds: part(most.audioSeconds, 4),
          characters: part(most.characters, 5),
          durationSeconds: part(most.durationSeconds, 6),
        },
      };
      const units = toUnitPrices(stored);
      expect(holdUnits(units, bounds)).toBeGreaterThanOrEqual(billUnits(units, used));
    }),
  );
});

test('what is affordable is covered by the budget, and one token more is not', () => {
  fc.assert(
    fc.property(prices, amount, usage, (stored, budget, { inputTokens, details: most }) => {
      const units = toUnitPrices(stored);
      const bounds = { inputTokens: inputTokens % 10_000, ...(most === undefined ? {} : { details: most }) };
      const affordable = affordableOutput(units, toUnits(budget), bounds);
      const cost = (outputTokens: number) => holdUnits(units, { ...bounds, outputTokens });
      if (affordable === null) expect(cost(1_000_000)).toBe(cost(0));
      else if (affordable < 0) expect(cost(0)).toBeGreaterThan(toUnits(budget));
      else if (affordable < Number.MAX_SAFE_INTEGER) {
        expect(cost(affordable)).toBeLessThanOrEqual(toUnits(budget));
        expect(cost(affordable + 1)).toBeGreaterThan(toUnits(budget));
      }
    }),
  );
});

test('a local model is free', () => {
  expect(billUnits(null, { inputTokens: 5, outputTokens: 5, cachedTokens: 0 })).toBe(toUnits('0'));
});
