import type { AuditChange, AuditDetail, AuditLine } from '@aigc/shared/schemas/audit';
import { KEYSET_TIME } from '../keyset.ts';

export interface AuditRow {
  id: string;
  position: string;
  created_at: string;
  actor_kind: AuditLine['actor_kind'];
  actor_user_id: string | null;
  actor_name: string | null;
  actor_email: string | null;
  action: string;
  target_type: string;
  target_id: string | null;
  current_name: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  ip: string | null;
}

/** Ids of serial columns are text here; one that is no number names nothing. */
const SERIAL = `case when a.target_id ~ '^[0-9]{1,9}$' then a.target_id::int end`;

/** Entries `a` with the names that actors and targets have now. */
export const SELECT_AUDIT = `
  select a.id::text, ${KEYSET_TIME('a.created_at')} as position, a.created_at, a.actor_kind, a.actor_user_id,
    u.name as actor_name, u.email as actor_email, a.action, a.target_type, a.target_id, a."before", a."after", a.ip,
    case a.target_type
      when 'user' then (select t.email from aigcspace.users t where t.id = a.target_id)
      when 'api_key' then (select t.name from aigcspace.platform_api_key t where t.id = ${SERIAL})
      when 'model' then (select t.title from aigcspace.models t where t.id = ${SERIAL})
      when 'provider' then (select t.name from aigcspace.providers t where t.id = ${SERIAL})
    end as current_name
  from aigcspace.audit_log a left join aigcspace.users u on u.id = a.actor_user_id`;

/** What names a thing among the fields of its kind. */
const NAMING_FIELDS = ['title', 'name', 'email'] as const;

export function toAuditLine(row: AuditRow): AuditLine {
  return {
    id: row.id,
    created_at: new Date(row.created_at).toISOString(),
    actor_kind: row.actor_kind,
    actor_id: row.actor_user_id,
    actor_name: row.actor_name,
    actor_email: row.actor_email,
    action: row.action,
    target_type: row.target_type,
    target_id: row.target_id,
    target_name: row.current_name ?? rememberedName(row),
    ip: row.ip,
  };
}

export function toAuditDetail(row: AuditRow): AuditDetail {
  return { ...toAuditLine(row), changes: changesOf(row) };
}

/** A thing that is gone has its name in what was written down when it went. */
function rememberedName({ before, after }: AuditRow): string | null {
  for (const fields of [before, after]) {
    for (const name of NAMING_FIELDS) {
      const value = fields?.[name];
      if (typeof value === 'string') return value;
    }
  }
  return null;
}

function changesOf({ before, after }: Pick<AuditRow, 'before' | 'after'>): AuditChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields].map((field) => ({
    field,
    ...(before !== null && field in before ? { before: before[field] } : {}),
    ...(after !== null && field in after ? { after: after[field] } : {}),
  }));
}
