import type { CostReportView } from '@aigc/shared/schemas/cost-report';
import type { CostReport } from './cost-report.ts';
import { addSums, NO_SUMS, type Sums } from './sums.ts';

/** As many rows as a page can show. */
const MAX_ROWS = 1_000;

/** A report for reading: keys and users may be tens of thousands, so the cheapest ones are summed up into one. */
export function shortenReport(report: CostReport, maxRows: number = MAX_ROWS): CostReportView {
  const left = report.rows.slice(maxRows);
  const omitted = left.length === 0 ? null : { rows: left.length, ...left.reduce<Sums>(addSums, NO_SUMS) };
  return { ...report, rows: report.rows.slice(0, maxRows), omitted };
}
