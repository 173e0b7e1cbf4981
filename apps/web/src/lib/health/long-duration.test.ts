import { expect, test } from 'vitest';
import { longDuration } from './long-duration.ts';

test.each([
  [0, '0 sec'],
  [61_000, '1 min 1 sec'],
  [3_600_000, '1 hr'],
  [5_400_000, '1 hr 30 min'],
  [90_000_000, '1 day 1 hr'],
])('%i ms is %s', (ms, text) => {
  expect(longDuration(ms, 'en')).toBe(text);
});

test('in Chinese too', () => {
  expect(longDuration(5_400_000, 'zh-CN')).toMatch(/1\s*小时 30\s*分钟/);
});
