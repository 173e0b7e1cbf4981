import fc from 'fast-check';
import { fromUnits, toUnits } from '@aigc/shared/money-units';
import { expect, test } from 'vitest';
import { affordableOutput, billUnits, holdUnits } from './cost-units.ts';
import { affordableOutputTokens, billFor, holdFor } from './price.ts';

const units = fc.bigInt({ min: 0n, max: 10n ** 15n });
const tokens = fc.nat({ max: 2_147_483_647 });

test('costs in whole units are those of the decimals', () => {
  fc.assert(
    fc.property(units, units, tokens, tokens, (inputUnits, outputUnits, inputTokens, outputTokens) => {
      const price = { inputUnits, outputUnits };
      const stored = { inputPrice: fromUnits(inputUnits), outputPrice: fromUnits(outputUnits) };
      const counts = { inputTokens, outputTokens };
      expect(fromUnits(billUnits(price, counts))).toBe(billFor(stored, counts));
      expect(fromUnits(holdUnits(price, counts))).toBe(holdFor(stored, counts));
    }),
  );
});

test('so is what a budget pays for', () => {
  fc.assert(
    fc.property(units, units, units, tokens, (inputUnits, outputUnits, budget, inputTokens) => {
      const stored = { inputPrice: fromUnits(inputUnits), outputPrice: fromUnits(outputUnits) };
      expect(affordableOutput({ inputUnits, outputUnits }, budget, inputTokens)).toBe(
        affordableOutputTokens(stored, fromUnits(budget), inputTokens),
      );
    }),
  );
});

test('a local model is free', () => {
  expect(billUnits(null, { inputTokens: 5, outputTokens: 5 })).toBe(toUnits('0'));
});
