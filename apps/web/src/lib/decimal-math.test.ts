import { describe, expect, it } from 'vitest';
import { roundDecimal, sumDecimals, tokensCost } from './decimal-math.ts';

describe('sumDecimals', () => {
  it('adds amounts that floats would blur', () => {
    expect(sumDecimals(['0.1', '0.2'])).toBe('0.3');
    expect(sumDecimals(['99999999999999.9999999999', '0.0000000001'])).toBe('100000000000000');
    expect(sumDecimals(['5', '-7.50', '-0.25'])).toBe('-2.75');
  });

  it('is zero for nothing', () => {
    expect(sumDecimals([])).toBe('0');
  });

  it('refuses what is not a decimal', () => {
    expect(() => sumDecimals(['1e3'])).toThrow(RangeError);
  });
});

describe('tokensCost', () => {
  it('multiplies tokens by the price per million without rounding', () => {
    expect(tokensCost(1204, '2.40')).toBe('0.0028896');
    expect(tokensCost(1, '0.0000000001')).toBe('0.0000000000000001');
    expect(tokensCost(0, '9.6')).toBe('0');
  });
});

describe('roundDecimal', () => {
  it('rounds half away from zero, as bills are rounded', () => {
    expect(roundDecimal('0.00000000005', 10)).toBe('0.0000000001');
    expect(roundDecimal('0.00000000004999', 10)).toBe('0');
    expect(roundDecimal('-1.25', 1)).toBe('-1.3');
    expect(roundDecimal('3.1400', 10)).toBe('3.14');
  });
});
