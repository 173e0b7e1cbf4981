import { expect, test } from 'vitest';
import { money, toStored, toStoredUp, trimMoney } from './money.ts';

test('sums that floats get wrong are exact', () => {
  expect(money('0.1').plus('0.2').toFixed()).toBe('0.3');
  expect(toStored(money('1234567890123.0000000001').plus('0.0000000001'))).toBe('1234567890123.0000000002');
});

test('a bill rounds half up at the tenth decimal and a hold rounds up', () => {
  expect(toStored(money('0.00000000005'))).toBe('0.0000000001');
  expect(toStored(money('0.00000000004'))).toBe('0.0000000000');
  expect(toStoredUp(money('0.00000000001'))).toBe('0.0000000001');
});

test('trailing zeros are removed and small numbers stay plain', () => {
  expect(trimMoney('12.5000000000')).toBe('12.5');
  expect(trimMoney('0.0000000000')).toBe('0');
  expect(trimMoney('0.0000000001')).toBe('0.0000000001');
});

test('what is not a number is refused', () => {
  for (const wrong of ['', 'abc', 'NaN', 'Infinity', '1,5']) expect(() => money(wrong)).toThrow();
});
