import { describe, expect, it } from 'vitest';
import { Formats } from './formats.ts';

const en = new Formats('en', 'CNY', 'Asia/Shanghai');
const zh = new Formats('zh-CN', 'CNY', 'UTC');

describe('Formats', () => {
  it('shows an amount with four significant digits and at least two decimals', () => {
    expect(en.money('96.1800000000')).toBe('¥96.18');
    expect(en.money('0')).toBe('¥0.00');
    expect(en.money('0.0214159')).toBe('¥0.02142');
    expect(en.money('1234567.891')).toBe('¥1,234,567.89');
    expect(en.money('483.2743')).toBe('¥483.27');
    expect(en.money('12.34567')).toBe('¥12.35');
    expect(en.money('-5')).toBe('-¥5.00');
  });

  it('shows an exact amount with every digit, beyond what a float can hold', () => {
    expect(en.money('12345678901234.1234567891', { exact: true })).toBe('¥12,345,678,901,234.1234567891');
  });

  it('shows times in the zone of the viewer', () => {
    expect(en.time('2026-11-20T06:02:31Z')).toBe('14:02:31');
    expect(zh.time('2026-11-20T06:02:31Z')).toBe('06:02:31');
    expect(en.fullTime('2026-11-20T18:02:31Z')).toContain('Nov 21, 2026');
  });

  it('shows a calendar day as it is, whatever the zone', () => {
    expect(new Formats('en', 'CNY', 'America/Los_Angeles').day('2026-11-20')).toBe('Nov 20');
  });

  it('rounds no share to nothing, and none but all to all', () => {
    expect(en.percent(0)).toBe('0%');
    expect(en.percent(0.00002)).toBe('< 0.01%');
    expect(en.percent(0.0003, 1)).toBe('< 0.1%');
    expect(en.percent(0.004, 0)).toBe('< 1%');
    expect(en.percent(0.9982)).toBe('99.82%');
    expect(en.percent(0.99998)).toBe('> 99.99%');
    expect(en.percent(0.9996, 1)).toBe('> 99.9%');
    expect(en.percent(1)).toBe('100%');
  });

  it('writes durations with the unit that suits them', () => {
    expect(en.duration(640)).toBe('640 ms');
    expect(en.duration(1_820)).toBe('1.82 s');
    expect(en.duration(30_000)).toBe('30 s');
    expect(en.duration(125_000)).toBe('2 min 5 s');
  });

  it('never says that something took no time at all', () => {
    expect(en.duration(0.3)).toBe('< 1 ms');
    expect(en.duration(0.6)).toBe('1 ms');
    expect(en.duration(0)).toBe('0 ms');
  });

  it('never rounds a duration up to a whole of its next unit', () => {
    expect(en.duration(999.7)).toBe('1 s');
    expect(en.duration(59_980)).toBe('1 min 0 s');
    expect(en.duration(119_600)).toBe('2 min 0 s');
  });

  it('writes the zone of a whole instant after the time, in both languages', () => {
    expect(en.fullTime('2026-11-20T06:02:31Z')).toBe('Nov 20, 2026, 14:02:31 GMT+08:00');
    expect(zh.fullTime('2026-11-20T06:02:31Z')).toBe('2026年11月20日 06:02:31 GMT+00:00');
  });

  it('falls back to the code of a currency it does not know', () => {
    expect(en.money('1', { currency: 'POINTS' })).toBe('POINTS 1.00');
  });
});
