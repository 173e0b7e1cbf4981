import type { CostReport } from '@aigc/core/stats/cost-report';
import type { CostReportRow, ReportGroup } from '@aigc/shared/schemas/cost-report';

/** Names of the columns that say what a row is about, by what a row is about. */
const SUBJECTS: Record<ReportGroup, readonly string[]> = {
  day: ['day'],
  model: ['model', 'is_local'],
  user: ['user_email', 'user_id'],
  key: ['api_key_id', 'api_key_name', 'user_email'],
};
const SUMS = ['calls', 'failed', 'input_tokens', 'output_tokens', 'cost'] as const;

/** The first line of a report as a CSV file. */
export function reportHeader(by: ReportGroup): string[] {
  return [...SUBJECTS[by], ...SUMS, 'currency'];
}

/** One row of it. There is none for the total: sums are what spreadsheets are for. */
export function reportCells(
  row: CostReportRow,
  { by, currency }: Pick<CostReport, 'by' | 'currency'>,
): (string | number | boolean | null)[] {
  const fields: Record<string, unknown> = { ...row };
  const subject = SUBJECTS[by].map((name) => {
    const value = fields[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null;
  });
  return [...subject, ...SUMS.map((name) => row[name]), currency];
}
