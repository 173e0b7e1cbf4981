import { describe, expect, it } from 'vitest';
import { figure, hasSum, sum, type ChartData } from './chart-data.ts';

const input = { label: 'input', values: [1, null] };
const output = { label: 'output', values: [2, 3], texts: ['2.00', '3.000000001'] };
const data: ChartData = {
  labels: ['Monday', 'Tuesday'],
  labelHeading: 'Day',
  series: [input, output],
  format: (value) => `${value} tokens`,
  total: true,
  totalTexts: undefined,
};

describe('the figures of a chart', () => {
  it('are the exact texts where there are some, and a dash where nothing was measured', () => {
    expect(figure(output, 1, data.format)).toBe('3.000000001');
    expect(figure(input, 0, data.format)).toBe('1 tokens');
    expect(figure(input, 1, data.format)).toBe('–');
  });

  it('are summed up where there is more than one thing to sum up', () => {
    expect(hasSum(data)).toBe(true);
    expect(hasSum({ ...data, series: [input] })).toBe(false);
    expect(sum(data, 1)).toBe('3 tokens');
    expect(sum({ ...data, totalTexts: ['3.00', '3.000000001'] }, 1)).toBe('3.000000001');
  });
});
