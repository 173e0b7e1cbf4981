import type { CallLogFilter } from '@aigc/shared/schemas/logs';
import { parsePeriod, periodRange, type Period } from '#lib/period.ts';

type Params = Pick<URLSearchParams, 'get' | 'has'>;

/** Names that the log's filters have in the URL, paging and the open call apart. */
export const logFilterNames = [
  'period',
  'from',
  'to',
  'model',
  'key',
  'status',
  'origin',
  'payer',
  'request_id',
  'error',
  'user',
  'scope',
] as const;

export const logPeriods = ['1h', '24h', '7d', '14d', '30d', '90d'] as const satisfies readonly Period[];

/** What the URL's filters ask the API for. What makes no sense is left out instead of failing the page. */
export function readLogFilter(params: Params, isAdmin: boolean, now: Date = new Date()): CallLogFilter {
  const key = Number(params.get('key'));
  const status = params.get('status');
  const origin = params.get('origin');
  const payer = params.get('payer');
  const model = params.get('model');
  const error = params.get('error');
  const user = params.get('user');
  const scope = readScope(params, isAdmin);
  const requestId = params.get('request_id')?.trim().slice(0, 64);
  return {
    ...readTimes(params, now),
    ...(model ? { model: model.slice(0, 255) } : {}),
    ...(Number.isInteger(key) && key > 0 ? { api_key_id: key } : {}),
    ...(status === 'success' || status === 'failed' ? { status } : {}),
    ...(origin === 'local' || origin === 'cloud' ? { is_local: origin === 'local' } : {}),
    ...(payer === 'own' || payer === 'platform' ? { is_own_key: payer === 'own' } : {}),
    ...(requestId ? { request_id: requestId } : {}),
    ...(error ? { error_code: error.slice(0, 60) } : {}),
    ...(user && scope === 'all' ? { user_id: user.slice(0, 50) } : {}),
    scope,
  };
}

/** Whose calls the URL asks for: everyone's are for administrators. */
export function readScope(params: Pick<Params, 'get'>, isAdmin: boolean): 'mine' | 'all' {
  return isAdmin && params.get('scope') === 'all' ? 'all' : 'mine';
}

/** The time that the URL asks for: a period that ends now, or a start and an end. */
export function readTimes(params: Params, now: Date): { from?: string; to?: string } {
  if (params.has('period'))
    return { from: periodRange(parsePeriod({ searchParams: params }, '7d'), now).from };
  const [from, to] = [readTime(params.get('from')), readTime(params.get('to'))];
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

function readTime(value: string | null): string | undefined {
  const time = new Date(value ?? Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** An address of the log page that shows just these calls; with `call`, one of them in full. */
export function logsHref(
  filter: Partial<CallLogFilter> & { period?: Period | undefined; call?: string | undefined },
): string {
  const params = new URLSearchParams();
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') params.set(name, value);
  };
  set('period', filter.period);
  set('from', filter.from);
  set('to', filter.to);
  set('model', filter.model);
  set('key', filter.api_key_id?.toString());
  set('status', filter.status);
  if (filter.is_local !== undefined) set('origin', filter.is_local ? 'local' : 'cloud');
  if (filter.is_own_key !== undefined) set('payer', filter.is_own_key ? 'own' : 'platform');
  set('request_id', filter.request_id);
  set('error', filter.error_code);
  set('user', filter.user_id);
  if (filter.scope === 'all') set('scope', 'all');
  set('call', filter.call);
  const query = params.toString();
  return query ? `/logs?${query}` : '/logs';
}

/** The same calls as a file; times of a CSV file are in the viewer's zone. */
export function exportHref(
  filter: CallLogFilter,
  { format, timeZone }: { format: 'csv' | 'ndjson'; timeZone: string },
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) params.set(name, String(value));
  }
  if (format === 'csv') params.set('time_zone', timeZone);
  return `/api/platform/call-logs.${format}?${params.toString()}`;
}
