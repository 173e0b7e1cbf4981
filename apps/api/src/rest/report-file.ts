import { costReport, type CostReport } from '@aigc/core/stats/cost-report';
import { costReportInputSchema, type CostReportRow } from '@aigc/shared/schemas/cost-report';
import type { Container } from '../container.ts';
import { toReportInput } from '../trpc/report-input.ts';
import type { Exchange } from './call-procedure.ts';
import { readFileRequest } from './read-file-request.ts';
import { reportCells, reportHeader } from './report-cells.ts';
import { streamFile } from './stream-file.ts';

export const REPORT_FILE_PATH = '/api/platform/report.csv';

const ROWS_AT_ONCE = 1_000;

/** Sends a report as a CSV file: every row of it, amounts with all their digits. */
export async function sendReportFile(container: Container, exchange: Exchange): Promise<void> {
  const { deps, actor, query, isHead } = await readFileRequest(container, exchange, costReportInputSchema);
  const report = await costReport(deps, actor, toReportInput(query));
  await streamFile(exchange.res, {
    format: 'csv',
    name: `report-${report.by}-${report.start}-${report.end}`,
    timeZone: report.time_zone,
    isHead,
    batches: inBatches(report),
    header: reportHeader(report.by),
    cells: (row) => reportCells(row, report),
  });
}

async function* inBatches({ rows }: CostReport): AsyncGenerator<CostReportRow[], void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE);
}
