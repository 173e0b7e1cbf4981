import type { CallLogFilter } from '@aigc/shared/schemas/logs';
import type { Actor } from '../actor.ts';
import { requireAdmin } from '../require-admin.ts';
import type { LogPosition } from './cursor.ts';

/** A part of a WHERE clause with the values of its placeholders. */
export interface Condition {
  sql: string;
  params: unknown[];
}

/** What the wire can ask for. */
export type CallLogQuery = CallLogFilter;

/** Dates that PostgreSQL and JavaScript agree on; nothing was called outside of them. */
const EARLIEST = '1970-01-01T00:00:00.000Z';
const LATEST = '9999-12-31T23:59:59.999Z';

/**
 * The rows of `api_call_log l` that the actor asked for and may see.
 * @throws AppError `forbidden` when a user asks for everyone's
 */
export function filterCondition(actor: Actor, filter: CallLogQuery): Condition {
  if (filter.scope === 'all') requireAdmin(actor);
  const parts: [string, unknown][] = [];
  const add = (sql: string, value: unknown) => {
    if (value !== undefined) parts.push([sql, value]);
  };
  if (filter.scope === 'mine') {
    add('l.user_id = ?', actor.userId);
    add('l.organisation_id = ?', actor.organisationId);
  }
  add('l.user_id = ?', filter.user_id);
  add('l.created_at >= ?::timestamptz', clampTime(filter.from));
  add('l.created_at < ?::timestamptz', clampTime(filter.to));
  add('l.model_name = ?', filter.model);
  add('l.api_key_id = ?', filter.api_key_id);
  add('l.status = ?', filter.status);
  add('l.is_local = ?', filter.is_local);
  add('l.is_own_key = ?', filter.is_own_key);
  add('l.request_id = ?', filter.request_id);
  add('l.error_code = ?', filter.error_code);
  return {
    sql: parts.length === 0 ? 'true' : parts.map(([sql]) => sql).join(' and '),
    params: parts.map(([, value]) => value),
  };
}

/** The rows after a position, newest first. */
export function afterCondition(position: LogPosition | null): Condition {
  if (position === null) return { sql: 'true', params: [] };
  // The second half says nothing new; by it PostgreSQL knows which months not to look into.
  return {
    sql: '(l.created_at, l.id) < (?::timestamptz, ?::bigint) and l.created_at <= ?::timestamptz',
    params: [position.createdAt, position.id, position.createdAt],
  };
}

/** A time in UTC that the database can read; years that it cannot are cut off. */
function clampTime(time: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  const iso = new Date(time).toISOString();
  if (iso.startsWith('-') || iso < EARLIEST) return EARLIEST;
  return iso.startsWith('+') ? LATEST : iso;
}
