import { expect, it } from 'vitest';
import { restOf } from './sums.ts';

it('tells what is left, to the last decimal', () => {
  const sums = (calls: number, cost: string) => ({
    calls,
    failed: 1,
    input_tokens: 10,
    output_tokens: 5,
    cost,
  });
  const totals = { calls: 10, failed: 3, input_tokens: 30, output_tokens: 15, cost: '1.0000000001' };
  expect(restOf(totals, [sums(4, '0.4'), sums(3, '0.6')])).toEqual({
    calls: 3,
    failed: 1,
    input_tokens: 10,
    output_tokens: 5,
    cost: '0.0000000001',
  });
});
