import { Session } from '@aigc/db/entities/session';
import { User } from '@aigc/db/entities/user';
import { refusal } from '@aigc/shared/refusals';
import type { Actor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { requireAdmin } from '../require-admin.ts';

/** Signs a user out everywhere; their keys go on working. Returns how many sessions ended. @throws AppError `not_found` */
export async function endSessions(deps: Deps, actor: Actor, userId: string): Promise<number> {
  requireAdmin(actor);
  return deps.em.transactional(async (em) => {
    if ((await em.count(User, { id: userId })) === 0) {
      throw refusal('no_such_user', {}, { param: 'id' });
    }
    const ended = await em.nativeDelete(Session, { user: userId });
    await recordAudit(em, actor, {
      action: 'user.end_sessions',
      targetType: 'user',
      targetId: userId,
      after: { ended_sessions: ended },
    });
    return ended;
  });
}
