import { costReport, type CostReport, type CostReportInput } from '@aigc/core/stats/cost-report';
import { refusal } from '@aigc/shared/refusals';
import { costReportInputSchema, type CostReportRow } from '@aigc/shared/schemas/cost-report';
import type { z } from 'zod';
import type { Container } from '../container.ts';
import { requestIdOf } from '../http/request-id.ts';
import { createRequestContext } from '../trpc/context.ts';
import type { Exchange } from './call-procedure.ts';
import { readTextInput } from './read-text-input.ts';
import { reportCells, reportHeader } from './report-cells.ts';
import { streamFile } from './stream-file.ts';

export const REPORT_FILE_PATH = '/api/platform/report.csv';

const ROWS_AT_ONCE = 1_000;

/** A report as it is asked for over the wire. */
export function toReportInput(input: z.output<typeof costReportInputSchema>): CostReportInput {
  const { start, end, time_zone: timeZone, by, scope, user_id: userId } = input;
  return { start, end, timeZone, by, scope: userId === undefined ? scope : { userId } };
}

/** Sends a report as a CSV file: every row of it, amounts with all their digits. */
export async function sendReportFile(container: Container, { req, res }: Exchange): Promise<void> {
  const ctx = await createRequestContext(container, { req, res, requestId: requestIdOf(req) });
  if (ctx.identityFailure !== null) throw ctx.identityFailure;
  if (ctx.actor === null) throw refusal('sign_in_first', {});
  const { searchParams } = new URL(req.url ?? '/', 'http://request.invalid');
  const input = costReportInputSchema.parse(readTextInput(costReportInputSchema, searchParams));
  const report = await costReport(ctx.deps, ctx.actor, toReportInput(input));
  await streamFile(res, {
    format: 'csv',
    name: `report-${report.by}-${report.start}-${report.end}`,
    timeZone: report.time_zone,
    isHead: req.method === 'HEAD',
    batches: inBatches(report),
    header: reportHeader(report.by),
    cells: (row) => reportCells(row, report),
  });
}

async function* inBatches({ rows }: CostReport): AsyncGenerator<CostReportRow[], void> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) yield rows.slice(at, at + ROWS_AT_ONCE);
}
