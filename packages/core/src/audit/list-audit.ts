import { refusal } from '@aigc/shared/refusals';
import type { AuditDetail, AuditFilter, AuditLine } from '@aigc/shared/schemas/audit';
import type { Actor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { decodeKeyset, encodeKeyset, type Keyset } from '../keyset.ts';
import { isBigId } from '../logs/cursor.ts';
import { requireAdmin } from '../require-admin.ts';
import { auditCondition } from './audit-filter.ts';
import { SELECT_AUDIT, toAuditDetail, toAuditLine, type AuditRow } from './audit-row.ts';

export interface ListAuditInput extends AuditFilter {
  cursor?: string | undefined;
  limit: number;
}

/** One page of the audit log, newest first. @throws AppError `forbidden`, or `invalid_field` on `cursor` */
export async function listAudit(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  input: ListAuditInput,
): Promise<{ items: AuditLine[]; next_cursor: string | null }> {
  const after = input.cursor === undefined ? null : decodeKeyset(input.cursor, /^[1-9]\d{0,18}$/);
  const { rows, next } = await readPage(deps, actor, { ...input, after });
  return { items: rows.map(toAuditLine), next_cursor: next === null ? null : encodeKeyset(next) };
}

/** One entry with what it changed. @throws AppError `forbidden` or `not_found` */
export async function getAuditEntry(deps: Pick<Deps, 'em'>, actor: Actor, id: string): Promise<AuditDetail> {
  requireAdmin(actor);
  const [row] = isBigId(id)
    ? await deps.em.execute<AuditRow[]>(`${SELECT_AUDIT} where a.id = ?::bigint`, [id])
    : [];
  if (row === undefined) throw refusal('no_such_audit_entry', {}, { param: 'id' });
  return toAuditDetail(row);
}

/** Rows that an export reads at a time. */
const EXPORT_BATCH = 1_000;

/** Every entry that the filter finds, newest first, in batches that are read as they are asked for. */
export async function* exportAudit(
  deps: Pick<Deps, 'em'>,
  actor: Actor,
  filter: AuditFilter,
): AsyncGenerator<AuditDetail[], void> {
  let after: Keyset | null = null;
  do {
    const page: Page = await readPage(deps, actor, { ...filter, after, limit: EXPORT_BATCH });
    if (page.rows.length > 0) yield page.rows.map(toAuditDetail);
    after = page.next;
  } while (after !== null);
}

interface Page {
  rows: AuditRow[];
  next: Keyset | null;
}

async function readPage(
  { em }: Pick<Deps, 'em'>,
  actor: Actor,
  input: AuditFilter & { after: Keyset | null; limit: number },
): Promise<Page> {
  requireAdmin(actor);
  const { sql, params } = auditCondition(input);
  const { after, limit } = input;
  const isAfter = after === null ? 'true' : '(a.created_at, a.id) < (?::timestamptz, ?::bigint)';
  // One row more than asked for tells whether there is a next page.
  const found = await em.execute<AuditRow[]>(
    `${SELECT_AUDIT} where ${sql} and ${isAfter} order by a.created_at desc, a.id desc limit ?`,
    [...params, ...(after === null ? [] : [after.createdAt, after.id]), limit + 1],
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const hasMore = found.length > rows.length && last !== undefined;
  return { rows, next: hasMore ? { createdAt: last.position, id: last.id } : null };
}
