import { Session } from '@aigc/db/entities/session';
import { refusal } from '@aigc/shared/refusals';
import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';

/** Ends one of the actor's sessions. @throws AppError `not_found` */
export async function revokeSession(deps: Deps, actor: UserActor, publicId: string): Promise<void> {
  await deps.em.transactional(async (em) => {
    const ended = await em.nativeDelete(Session, { publicId, user: actor.userId });
    if (ended === 0) throw refusal('no_such_session', {}, { param: 'id' });
    await recordAudit(em, actor, { action: 'session.revoke', targetType: 'session', targetId: publicId });
  });
}

/** Ends every session of the actor but the one given (null with a management key: every one). */
export async function revokeOtherSessions(
  deps: Deps,
  actor: UserActor,
  currentPublicId: string | null,
): Promise<void> {
  await deps.em.transactional(async (em) => {
    const others = currentPublicId === null ? {} : { publicId: { $ne: currentPublicId } };
    const ended = await em.nativeDelete(Session, { user: actor.userId, ...others });
    await recordAudit(em, actor, {
      action: 'session.revoke_others',
      targetType: 'user',
      targetId: actor.userId,
      after: { ended },
    });
  });
}
