import fc from 'fast-check';
import { expect, test } from 'vitest';
import { affordableOutputTokens, billFor, holdFor } from './price.ts';

const price = { inputPrice: '2.4', outputPrice: '9.6' };

test('a bill is tokens times price, exact to the last digit', () => {
  expect(billFor(price, { inputTokens: 1204, outputTokens: 388 })).toBe('0.0066144000');
  expect(billFor({ inputPrice: '0.0000000001', outputPrice: '0' }, { inputTokens: 1, outputTokens: 0 })).toBe(
    '0.0000000000',
  );
  expect(billFor(null, { inputTokens: 10, outputTokens: 10 })).toBe('0.0000000000');
});

test('a hold for the same tokens is never below the bill', () => {
  const amount = fc.integer({ min: 0, max: 10 ** 9 }).map((n) => (n / 1000).toFixed(10));
  const tokens = fc.record({ inputTokens: fc.nat(10 ** 7), outputTokens: fc.nat(10 ** 7) });
  fc.assert(
    fc.property(amount, amount, tokens, (inputPrice, outputPrice, counts) => {
      const snapshot = { inputPrice, outputPrice };
      expect(Number(holdFor(snapshot, counts)) - Number(billFor(snapshot, counts))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('what is affordable is covered by the budget, and one more is not', () => {
  const tokens = affordableOutputTokens(price, '1', 1000) ?? 0;
  expect(Number(holdFor(price, { inputTokens: 1000, outputTokens: tokens }))).toBeLessThanOrEqual(1);
  expect(Number(holdFor(price, { inputTokens: 1000, outputTokens: tokens + 1 }))).toBeGreaterThan(1);
  expect(affordableOutputTokens(price, '0.001', 1000)).toBe(-1);
  expect(affordableOutputTokens({ inputPrice: '1', outputPrice: '0' }, '1', 1000)).toBeNull();
});
