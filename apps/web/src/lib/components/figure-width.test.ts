import { expect, test } from 'vitest';
import { figureWidthEm } from './figure-width.ts';

test('two durations beside each other are as wide as their digits, not as their points and spaces', () => {
  expect(figureWidthEm('0.59 / 1.4 s')).toBeLessThan(6);
  expect(figureWidthEm('4.8 / 15 s')).toBeLessThan(figureWidthEm('0.59 / 1.4 s'));
});

test('a Chinese numeral is as wide as it is high', () => {
  expect(figureWidthEm('560.6万')).toBeCloseTo(figureWidthEm('560.6') + 1);
});

test('nothing is no width at all, and a longer figure is wider', () => {
  expect(figureWidthEm('')).toBe(0);
  expect(figureWidthEm('¥12,345,678.90')).toBeGreaterThan(figureWidthEm('¥345,678.90'));
});
