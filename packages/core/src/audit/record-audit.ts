import type { EntityManager } from '@mikro-orm/postgresql';
import { AuditEntry } from '@aigc/db/entities/audit-entry';
import type { AuditAction } from '@aigc/shared/schemas/audit';
import type { Actor } from '../actor.ts';

export interface AuditRecord {
  /** Noun and verb: one of the list that the panel has names for. */
  action: AuditAction;
  targetType: string;
  targetId: string | number | null;
  /** Secrets must not be in here: pass `has_api_key: true`, never the key. */
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
}

/** Writes who changed what. Call it with the entity manager of the change's own transaction. */
export async function recordAudit(em: EntityManager, actor: Actor, record: AuditRecord): Promise<void> {
  await em.insert(AuditEntry, {
    actorUserId: actor.userId,
    actorKind: actor.kind,
    organisationId: actor.organisationId,
    action: record.action,
    targetType: record.targetType,
    targetId: record.targetId === null ? null : String(record.targetId),
    before: record.before ?? null,
    after: record.after ?? null,
    ip: actor.ip,
    createdAt: new Date(),
  });
}
