import { fromUnits, toUnits } from '@aigc/shared/money-units';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MoneySum } from './money-sum.ts';

test('a sum of any bills is exact, however large', () => {
  const bill = fc.oneof(fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 10n ** 14n), fc.bigInt(0n, 10n ** 22n));
  fc.assert(
    fc.property(fc.array(bill, { maxLength: 200 }), (bills) => {
      const sum = new MoneySum();
      for (const units of bills) sum.add(fromUnits(units));
      expect(sum.total).toBe(bills.reduce((a, b) => a + b, 0n));
    }),
  );
});

test('many of the largest that are kept as numbers stay exact', () => {
  const sum = new MoneySum();
  for (let count = 0; count < 1000; count += 1) sum.add('9999.9999999999');
  expect(sum.total).toBe(toUnits('9999.9999999999') * 1000n);
});
