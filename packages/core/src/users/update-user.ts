import { LockMode } from '@mikro-orm/core';
import { Session } from '@aigc/db/entities/session';
import { User } from '@aigc/db/entities/user';
import { refusal } from '@aigc/shared/refusals';
import type { Limits } from '@aigc/shared/schemas/limits';
import type { AdminUser } from '@aigc/shared/schemas/users';
import type { Actor } from '../actor.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { applyLimits, toLimits } from '../limit-columns.ts';
import { requireAdmin } from '../require-admin.ts';
import { takeVersion } from '../versions/take-version.ts';
import { readAdminUser } from './list-users.ts';

export interface UpdateUserInput {
  id: string;
  name?: string | undefined;
  role?: AdminUser['role'] | undefined;
  status?: AdminUser['status'] | undefined;
  /** The version that the change was made from; left out: whatever is there. */
  version?: number | undefined;
  /** Of all the user's calls together; null removes one. */
  rpm_limit?: Limits['rpm_limit'] | undefined;
  tpm_limit?: Limits['tpm_limit'] | undefined;
  concurrency_limit?: Limits['concurrency_limit'] | undefined;
}

/** Renames a user, changes their role or limits, deactivates or reactivates them. Deactivation ends their sessions. */
export async function updateUser(deps: Deps, actor: Actor, input: UpdateUserInput): Promise<AdminUser> {
  requireAdmin(actor);
  return deps.em.transactional(async (em) => {
    // Every active administrator, always in the same order: two who demote each other wait for one another.
    const administrators = await em.find(
      User,
      { role: 'admin', status: 'active' },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const user = await em.findOne(
      User,
      { id: input.id },
      { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
    );
    if (user === null) throw refusal('no_such_user', {}, { param: 'id' });
    user.version = await takeVersion(em, {
      table: 'users',
      id: user.id,
      given: input.version,
      audited: { targetType: 'user', targetId: user.id, action: 'user.update' },
      current: () => readAdminUser(em, user.id),
    });
    const before = { name: user.name, role: user.role, status: user.status };
    const limitsBefore = toLimits(user);
    const after = {
      name: input.name ?? user.name,
      role: input.role ?? user.role,
      status: input.status ?? user.status,
    };
    const staysAdministrator = after.role === 'admin' && after.status === 'active';
    if (!staysAdministrator && administrators.every(({ id }) => id === user.id) && before.role === 'admin') {
      throw refusal('last_administrator', {}, { param: after.status === 'active' ? 'role' : 'status' });
    }
    Object.assign(user, after);
    applyLimits(user, input);
    await em.flush();
    if (after.status === 'deactivated') await em.nativeDelete(Session, { user: user.id });
    await recordAudit(em, actor, {
      action: 'user.update',
      targetType: 'user',
      targetId: user.id,
      ...changedFields({ ...before, ...limitsBefore }, { ...after, ...toLimits(user) }),
    });
    return readAdminUser(em, user.id);
  });
}
