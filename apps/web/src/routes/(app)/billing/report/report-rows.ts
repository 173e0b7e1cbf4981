import type { CostReportRow, CostReportView } from '@aigc/shared/schemas/cost-report';
import { logsHref } from '#lib/calls/log-filter.ts';
import type { Dictionary } from '#lib/i18n/dictionary.ts';
import type { Formats } from '#lib/i18n/formats.ts';
import { dayRange } from '#lib/i18n/zoned-day.ts';
import type { PageUrl } from '#lib/page-url.ts';
import { filteredHref } from '#lib/url-state.ts';

export interface ReportLine {
  key: string;
  name: string;
  /** Beside the name: whose key, or that a model is local. */
  note?: string | undefined;
  sums: Pick<CostReportRow, 'calls' | 'failed' | 'input_tokens' | 'output_tokens' | 'cost'>;
  href?: string | undefined;
  isTotal?: boolean;
}

interface Words {
  t: Dictionary;
  format: Formats;
}

/** The lines of a report as they are shown: its rows, what was left out, and the total. */
export function reportLines(report: CostReportView, url: PageUrl, { t, format }: Words): ReportLine[] {
  const { rows, omitted, total } = report;
  const lines = rows.map((row) => lineOf(row, { report, url, words: { t, format } }));
  if (omitted) {
    lines.push({ key: 'others', name: t.reports.others(format.number(omitted.rows)), sums: omitted });
  }
  if (rows.length > 0) lines.push({ key: 'total', name: t.reports.total, sums: total, isTotal: true });
  return lines;
}

interface Context {
  report: CostReportView;
  url: PageUrl;
  words: Words;
}

function lineOf(row: CostReportRow, { report, url, words: { t, format } }: Context): ReportLine {
  const { from, to } = report;
  const scope = url.searchParams.get('scope') === 'all' ? ('all' as const) : ('mine' as const);
  /** The log cannot be narrowed to somebody else. */
  const calls = (filter: Parameters<typeof logsHref>[0]) =>
    url.searchParams.has('user') ? undefined : logsHref({ from, to, scope, ...filter });
  if ('day' in row) {
    const href = row.calls > 0 ? calls(dayRange(row.day, report.time_zone)) : undefined;
    return { key: row.day, name: format.day(row.day), sums: row, href };
  }
  if ('model' in row) {
    const note = row.is_local ? t.reports.local : undefined;
    const href = calls({ model: row.model, is_local: row.is_local });
    return { key: `${row.is_local} ${row.model}`, name: row.model, note, sums: row, href };
  }
  if ('api_key_id' in row) {
    const { api_key_id: id, api_key_name: name, user_email: email } = row;
    const known = name ?? (id === null ? t.reports.playground : t.reports.deletedKey(id));
    const note = report.account === null ? (email ?? t.reports.removedUser) : undefined;
    const href = id === null || name === null ? undefined : calls({ api_key_id: id });
    return { key: `${id} ${email}`, name: known, note, sums: row, href };
  }
  const href = filteredHref(url, { user: row.user_id, scope: null, by: null });
  return { key: row.user_id, name: row.user_email ?? t.reports.removedUser, sums: row, href };
}
