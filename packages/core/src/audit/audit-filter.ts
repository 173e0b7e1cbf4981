import type { AuditFilter } from '@aigc/shared/schemas/audit';
import { containing } from '../keyset.ts';

/** A part of a WHERE clause over `audit_log a`, with the values of its placeholders. */
export interface AuditCondition {
  sql: string;
  params: (string | Date)[];
}

/** The entries that a filter asks for. */
export function auditCondition(filter: AuditFilter): AuditCondition {
  const parts: string[] = [];
  const params: (string | Date)[] = [];
  const add = (sql: string, ...values: (string | Date)[]): void => {
    parts.push(sql);
    params.push(...values);
  };
  if (filter.from !== undefined) add('a.created_at >= ?', new Date(filter.from));
  if (filter.to !== undefined) add('a.created_at < ?', new Date(filter.to));
  if (filter.actor !== undefined) {
    const like = containing(filter.actor);
    add(
      'a.actor_user_id in (select w.id from aigcspace.users w where w.id = ? or w.email ilike ? or w.name ilike ?)',
      filter.actor,
      like,
      like,
    );
  }
  if (filter.actor_kind !== undefined) add('a.actor_kind = ?', filter.actor_kind);
  if (filter.action !== undefined) {
    if (filter.action.includes('.')) add('a.action = ?', filter.action);
    else add("split_part(a.action, '.', 1) = ?", filter.action);
  }
  if (filter.target_type !== undefined) add('a.target_type = ?', filter.target_type);
  if (filter.target_id !== undefined) add('a.target_id = ?', filter.target_id);
  return { sql: parts.length === 0 ? 'true' : parts.join(' and '), params };
}
