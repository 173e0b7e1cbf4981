import { describe, expect, it } from 'vitest';
import { roundSignificant, splitDecimal } from './decimal-text.ts';

describe('splitDecimal', () => {
  it('keeps every digit and drops only zeros that mean nothing', () => {
    expect(splitDecimal('123456789012.3456789000')).toEqual({
      sign: '',
      whole: '123456789012',
      fraction: '3456789',
    });
    expect(splitDecimal('-0.50')).toEqual({ sign: '-', whole: '0', fraction: '5' });
    expect(splitDecimal('007')).toEqual({ sign: '', whole: '7', fraction: '' });
  });

  it('knows no negative zero', () => {
    expect(splitDecimal('-0.000').sign).toBe('');
  });

  it('refuses what is no decimal', () => {
    for (const text of ['', 'NaN', '1e3', '1,5', ' 1', 'Infinity']) {
      expect(() => splitDecimal(text)).toThrow(RangeError);
    }
  });
});

describe('roundSignificant', () => {
  it('keeps four significant digits of what is below one', () => {
    expect(roundSignificant('0.0214159', 4)).toBe('0.02142');
    expect(roundSignificant('0.0000001234567', 4)).toBe('0.0000001235');
  });

  it('never touches the whole part', () => {
    expect(roundSignificant('123456.7', 4)).toBe('123457');
    expect(roundSignificant('128.404', 4)).toBe('128.4');
    expect(roundSignificant('-99999.5', 4)).toBe('-100000');
  });

  it('carries over nines and leaves no zeros behind', () => {
    expect(roundSignificant('0.099999', 4)).toBe('0.1');
    expect(roundSignificant('9.99996', 4)).toBe('10');
  });

  it('leaves short decimals as they are', () => {
    expect(roundSignificant('0', 4)).toBe('0');
    expect(roundSignificant('96.18', 4)).toBe('96.18');
  });
});
