import { Session } from '@aigc/db/entities/session';
import { User } from '@aigc/db/entities/user';
import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';
import { hashPassword } from '../sessions/password-hash.ts';

export interface ResetPasswordInput {
  userId: string;
  newPassword: string;
}

/** Gives a user another password without knowing the old one, and ends all their sessions. */
export async function resetPassword(deps: Deps, actor: Actor, input: ResetPasswordInput): Promise<void> {
  requireAdmin(actor);
  const passwordHash = await hashPassword(input.newPassword);
  await deps.em.transactional(async (em) => {
    const changed = await em.nativeUpdate(
      User,
      { id: input.userId },
      { passwordHash, updatedAt: new Date() },
    );
    if (changed === 0) throw refusal('no_such_user', {}, { param: 'id' });
    const ended = await em.nativeDelete(Session, { user: input.userId });
    await recordAudit(em, actor, {
      action: 'user.reset_password',
      targetType: 'user',
      targetId: input.userId,
      after: { ended_sessions: ended },
    });
  });
}
