import type { EntityManager } from '@mikro-orm/postgresql';
import type { EditConflict } from '@aigc/shared/errors';

/** Something as the audit log names it, and the action that changes it. */
export interface AuditedTarget {
  targetType: string;
  targetId: string | number | null;
  action: string;
}

/** Who made the last change of something, and when; nulls where the log does not know. */
export async function lastChange(
  em: EntityManager,
  { targetType, targetId, action }: AuditedTarget,
): Promise<Pick<EditConflict, 'changedBy' | 'changedAt'>> {
  const [entry] = await em.execute<{ name: string | null; created_at: Date | string }[]>(
    `select u.name, a.created_at from aigcspace.audit_log a
     left join aigcspace.users u on u.id = a.actor_user_id
     where a.target_type = ? and a.target_id is not distinct from ? and a.action = ?
     order by a.created_at desc, a.id desc limit 1`,
    [targetType, targetId === null ? null : String(targetId), action],
  );
  return {
    changedBy: entry?.name ?? null,
    changedAt: entry === undefined ? null : new Date(entry.created_at).toISOString(),
  };
}
