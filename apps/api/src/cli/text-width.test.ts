import { expect, test } from 'vitest';
import { cutText, padText, printable, textWidth } from './text-width.ts';

test.each([
  ['abc', 3],
  ['', 0],
  ['通义千问', 8],
  ['模型 A', 6],
  ['ｆｕｌｌ', 8],
  ['e\u0301', 1],
  ['👍', 2],
  ['👩‍💻', 2],
  ['한국', 4],
])('%j takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('texts of either script end in the same column', () => {
  expect(textWidth(padText('用户', 10, 'left'))).toBe(10);
  expect(padText('12', 5, 'right')).toBe('   12');
  expect(padText('too long', 3, 'left')).toBe('too long');
});

test('what a caller named cannot steer the terminal', () => {
  expect(printable('a\u001b[31mred\u0007\u202e')).toBe('a\ufffd[31mred\ufffd\ufffd');
  expect(printable('two\r\n  lines\tand a tab')).toBe('two lines and a tab');
});

test('a cut text is never wider than asked', () => {
  expect(cutText('short', 5)).toBe('short');
  expect(cutText('longer', 5)).toBe('long…');
  expect(cutText('通义千问', 6)).toBe('通义…');
  expect(cutText('通义千问', 8)).toBe('通义千问');
});
