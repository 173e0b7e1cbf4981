import type { AuditFilter } from '@aigc/shared/schemas/audit';
import { readTimes } from '#lib/calls/log-filter.ts';

type Params = Pick<URLSearchParams, 'get' | 'has'>;

/** Names that the filters have in the URL, paging and the open entry apart. */
export const auditFilterNames = [
  'period',
  'from',
  'to',
  'q',
  'action',
  'by',
  'target_type',
  'target_id',
] as const;

const KINDS = ['user', 'management_key', 'cli', 'system'] as const;

/** What the URL's filters ask the API for. What makes no sense is left out instead of failing the page. */
export function readAuditFilter(params: Params, now: Date = new Date()): AuditFilter {
  const text = (name: string, max: number): string | undefined =>
    params.get(name)?.trim().slice(0, max) || undefined;
  const actor = text('q', 100);
  const action = text('action', 60);
  const kind = KINDS.find((one) => one === params.get('by'));
  const targetType = text('target_type', 40);
  const targetId = text('target_id', 64);
  return {
    ...readTimes(params, now),
    ...(actor ? { actor } : {}),
    ...(action ? { action } : {}),
    ...(kind ? { actor_kind: kind } : {}),
    ...(targetType ? { target_type: targetType } : {}),
    ...(targetId ? { target_id: targetId } : {}),
  };
}

/** The same entries as a file; times of CSV in the viewer's zone. */
export function auditFileHref(filter: AuditFilter, format: 'csv' | 'ndjson', timeZone: string): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) params.set(name, value);
  }
  if (format === 'csv') params.set('time_zone', timeZone);
  const query = params.toString();
  return `/api/admin/audit.${format}${query ? `?${query}` : ''}`;
}

/** Where the thing that was changed can be seen; undefined: nowhere, or no more. */
export function targetHref(entry: {
  target_type: string;
  target_id: string | null;
  target_name: string | null;
  action: string;
}): string | undefined {
  const { target_type: type, target_id: id, target_name: name, action } = entry;
  if (id === null || action.endsWith('.delete')) return undefined;
  if (type === 'user') return name === null ? undefined : `/admin/users?q=${encodeURIComponent(name)}`;
  if (type === 'api_key') return `/logs?scope=all&key=${encodeURIComponent(id)}`;
  if (type === 'provider') return `/admin/providers?edit=${encodeURIComponent(id)}`;
  if (type === 'model' && !action.startsWith('local_model.')) {
    return `/admin/providers?tab=models&model=${encodeURIComponent(id)}`;
  }
  return undefined;
}
