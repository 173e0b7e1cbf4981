import { expect, test } from 'vitest';
import type { CostReport } from './cost-report.ts';
import { shortenReport } from './shorten-report.ts';

test('rows beyond the limit become one sum, and none is made up where all fit', () => {
  const row = (cost: string) => ({ day: cost, calls: 1, failed: 0, input_tokens: 2, output_tokens: 3, cost });
  // Only rows are looked at.
  const report = { by: 'day', rows: ['0.3', '0.2', '0.1'].map(row) } as unknown as CostReport;
  expect(shortenReport(report, 3)).toEqual({ ...report, omitted: null });
  expect(shortenReport(report, 1)).toEqual({
    ...report,
    rows: [row('0.3')],
    omitted: { rows: 2, calls: 2, failed: 0, input_tokens: 4, output_tokens: 6, cost: '0.3' },
  });
});
