import { Session } from '@aigc/db/entities/session';
import type { sessionSchema } from '@aigc/shared/schemas/viewer';
import type { z } from 'zod';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';

export type SessionView = z.infer<typeof sessionSchema>;

/** Where the actor is signed in, most recently used first. */
export async function listSessions(
  deps: Deps,
  actor: UserActor,
  currentPublicId: string | null,
): Promise<SessionView[]> {
  const sessions = await deps.em.find(
    Session,
    { user: actor.userId, expiresAt: { $gt: new Date() } },
    { orderBy: { lastUsedAt: 'desc', publicId: 'desc' } },
  );
  return sessions.map((session) => ({
    id: session.publicId,
    current: session.publicId === currentPublicId,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    ip: session.ip ?? null,
    user_agent: session.userAgent ?? null,
  }));
}
