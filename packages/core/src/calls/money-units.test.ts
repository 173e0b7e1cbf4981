import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUnits, toUnits } from '@aigc/shared/money-units';

const DIGITS = 10;

test('every amount is read as the whole number of its smallest parts, and written with all ten decimals', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.nat({ max: 24 }), (large, shift) => {
      const units = large / 10n ** BigInt(shift);
      const digits = String(units < 0n ? -units : units).padStart(DIGITS + 1, '0');
      const text = `${units < 0n ? '-' : ''}${digits.slice(0, -DIGITS)}.${digits.slice(-DIGITS)}`;
      expect(fromUnits(units)).toBe(text);
      expect(toUnits(text)).toBe(units);
    }),
    { numRuns: 2_000 },
  );
});

test('amounts with fewer decimals are read too, and what is no amount is refused', () => {
  expect(['12.5', '1', '0', '007.10', '-0.0000000001', '99999.9999999999'].map(toUnits)).toEqual([
    125_000_000_000n,
    10_000_000_000n,
    0n,
    71_000_000_000n,
    -1n,
    999_999_999_999_999n,
  ]);
  const faults = [
    '',
    '.',
    '1.',
    '.5000000000',
    '1.00000000001',
    '1e5',
    '0x10.0000000',
    '+1.0000000000',
    ' 1.0000000000',
    '1.000 000000',
    '1.00000000:0',
    'NaN',
  ];
  for (const text of faults) expect(() => toUnits(text)).toThrow(RangeError);
});
