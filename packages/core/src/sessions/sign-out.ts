import type { UserActor } from '../actor.ts';
import { recordAudit } from '../audit/record-audit.ts';
import type { Deps } from '../deps.ts';
import { Session } from '@aigc/db/entities/session';
import { createLucia } from './lucia.ts';

/** Ends the actor's session. Returns the `Set-Cookie` value that clears it in the browser. */
export async function signOut(
  deps: Deps,
  actor: UserActor,
  { publicId, isSecure }: { publicId: string; isSecure: boolean },
): Promise<string> {
  await deps.em.transactional(async (em) => {
    await em.nativeDelete(Session, { publicId, user: actor.userId });
    await recordAudit(em, actor, { action: 'session.delete', targetType: 'session', targetId: publicId });
  });
  return createLucia(deps.em, { isSecure }).createBlankSessionCookie().serialize();
}
