import { Option, type Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { costReport, type CostReport } from '@aigc/core/stats/cost-report';
import { findUserByEmail } from '@aigc/core/users/find-user';
import { REPORT_GROUPS, type CostReportRow, type ReportGroup } from '@aigc/shared/schemas/cost-report';
import { emailSchema } from '@aigc/shared/schemas/fields';
import { timeZoneSchema } from '@aigc/shared/schemas/stats';
import { csvLine } from '../rest/csv.ts';
import { reportCells, reportHeader } from '../rest/report-cells.ts';
import type { CliContext } from './cli-context.ts';
import { usageError } from './cli-error.ts';
import { withInstallation } from './installation.ts';
import { parseBy, parseDay } from './parse-value.ts';
import { alignDecimals, renderTable, type Cell } from './table.ts';

const FORMATS = ['table', 'csv', 'json'] as const;

interface ReportOptions {
  start?: string;
  end?: string;
  timeZone: string;
  by: ReportGroup;
  user?: string;
  format: (typeof FORMATS)[number];
}

/** `report`: what was called and what it cost. */
export function addReportCommand(program: Command, context: CliContext): void {
  program
    .command('report')
    .description('report calls, tokens and cost of a period')
    .option(
      '--start <day>',
      'the first day, such as 2026-11-01; the first of the month of --end when left out',
      parseDay,
    )
    .option('--end <day>', 'the last day, included; today when left out', parseDay)
    .option(
      '--time-zone <zone>',
      'where days begin and end',
      parseBy(timeZoneSchema),
      Temporal.Now.timeZoneId(),
    )
    .addOption(new Option('--by <what>', 'what a line is about').choices(REPORT_GROUPS).default('day'))
    .option('--user <email>', 'only the calls of this user', parseBy(emailSchema))
    .addOption(new Option('--format <format>', 'how it is printed').choices(FORMATS).default('table'))
    .addHelpText(
      'after',
      '\nExample:\n  npm run -s cli -- report --start 2026-11-01 --end 2026-11-30 --time-zone Asia/Shanghai --by user --format csv > november.csv',
    )
    .action((options: ReportOptions) => report(context, options));
}

async function report(context: CliContext, options: ReportOptions): Promise<void> {
  const { timeZone, by, format } = options;
  const today = Temporal.Now.plainDateISO(timeZone).toString();
  const end = options.end ?? today;
  const start = options.start ?? Temporal.PlainDate.from(end).with({ day: 1 }).toString();
  if (start > end) throw usageError(`--start (${start}) must not be after --end (${end}).`);
  await withInstallation(context, { migrations: 'require' }, async ({ em }) => {
    const deps = { em: em() };
    const scope =
      options.user === undefined
        ? 'all'
        : { userId: (await findUserByEmail(deps, CLI_ACTOR, options.user)).id };
    const found = await costReport(deps, CLI_ACTOR, { start, end, timeZone, by, scope });
    print(context, found, format);
  });
}

function print({ terminal }: CliContext, found: CostReport, format: ReportOptions['format']): void {
  switch (format) {
    case 'json':
      return terminal.print(JSON.stringify(found, null, 2));
    case 'csv':
      return terminal.write(toCsv(found));
    case 'table': {
      const { start, end, time_zone: timeZone, currency } = found;
      terminal.note(`${start} to ${end}, days of ${timeZone}, cost in ${currency}`);
      return terminal.print(toTable(found, terminal));
    }
    default:
      format satisfies never;
  }
}

function toCsv(found: CostReport): string {
  const lines = found.rows.map((row) => csvLine(reportCells(row, found)));
  return csvLine(reportHeader(found.by)) + lines.join('');
}

function toTable({ by, rows, total }: CostReport, terminal: CliContext['terminal']): string {
  const costs = alignDecimals([...rows, total].map(({ cost }) => cost));
  const titles = TABLE_SUBJECTS[by];
  const columns = [
    ...titles.map((title) => ({ title })),
    ...['calls', 'failed', 'tokens in', 'tokens out', 'cost'].map((title) => ({
      title,
      align: 'right' as const,
    })),
  ];
  const lines = [...rows, total].map((sums, index): Cell[] => [
    ...(index < rows.length ? describe(sums as CostReportRow) : ['total', ...titles.slice(1).map(() => '')]),
    String(sums.calls),
    String(sums.failed),
    String(sums.input_tokens),
    String(sums.output_tokens),
    costs[index] ?? '',
  ]);
  return renderTable(columns, lines, terminal);
}

const TABLE_SUBJECTS: Record<ReportGroup, readonly string[]> = {
  day: ['day'],
  model: ['model', 'kind'],
  user: ['user'],
  key: ['key', 'id', 'user'],
};

function describe(row: CostReportRow): string[] {
  if ('day' in row) return [row.day];
  if ('model' in row) return [row.model, row.is_local ? 'local' : 'cloud'];
  if ('user_id' in row) return [row.user_email ?? row.user_id];
  const name = row.api_key_id === null ? '(no key: playground)' : (row.api_key_name ?? '(deleted)');
  return [name, row.api_key_id === null ? '' : String(row.api_key_id), row.user_email ?? ''];
}
