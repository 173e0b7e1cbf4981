import type { Role } from '@aigc/shared/schemas/viewer';
import type { AdminUser } from '@aigc/shared/schemas/users';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { namingConflicts } from '../name-conflicts.ts';
import { requireAdmin } from '../require-admin.ts';
import { hashPassword } from '../sessions/password-hash.ts';
import { EMAIL_CONFLICTS, insertUser } from './insert-user.ts';
import { readAdminUser } from './list-users.ts';

export interface CreateUserInput {
  name: string;
  email: string;
  password: string;
  role: Role;
}

/** An administrator, or the command line, makes a user. @throws AppError `conflict` on `email` */
export async function createUser(deps: Deps, actor: Actor, input: CreateUserInput): Promise<AdminUser> {
  requireAdmin(actor);
  const { name, email, role } = input;
  const passwordHash = await hashPassword(input.password);
  return namingConflicts(EMAIL_CONFLICTS, () =>
    deps.em.transactional(async (em) => {
      const user = await insertUser(em, { name, email, role, passwordHash, locale: null });
      await recordAudit(em, actor, {
        action: 'user.create',
        targetType: 'user',
        targetId: user.id,
        after: { name, email, role },
      });
      return readAdminUser(em, user.id);
    }),
  );
}
