import { Session } from '@aigc/db/entities/session';
import type { UserActor } from '../actor.ts';
import type { Deps } from '../deps.ts';
import { loadUserIdentity, toUserActor, type UserIdentity } from '../users/user-identity.ts';
import { hashSessionId } from './lucia-adapter.ts';
import { createLucia } from './lucia.ts';

/** Where a request comes from, as far as its session is concerned. */
export interface SessionClient {
  ip: string | null;
  userAgent: string | null;
  isSecure: boolean;
}

export interface ValidSession {
  actor: UserActor;
  user: UserIdentity;
  session: {
    /** What lists show; not the cookie's value. */
    publicId: string;
    expiresAt: Date;
  };
  /** A `Set-Cookie` value when the session was renewed, so that the browser's copy lives as long. */
  renewedCookie: string | null;
}

/** How often `last_used_at` and the address are written at most. */
const TOUCH_EVERY_MS = 60_000;

const UNKNOWN_CLIENT: SessionClient = { ip: null, userAgent: null, isSecure: false };

/**
 * Who the session cookie belongs to; null when it is unknown, expired, or of a deactivated user.
 * `cookieValue` is what `readSessionCookie` found.
 */
export async function validateSession(
  deps: Deps,
  cookieValue: string,
  client: SessionClient = UNKNOWN_CLIENT,
): Promise<ValidSession | null> {
  const lucia = createLucia(deps.em, client);
  const { session } = await lucia.validateSession(cookieValue);
  if (session === null) return null;
  const user = await loadUserIdentity(deps.em, session.userId);
  if (user === null) return null;
  if (Date.now() - session.lastUsedAt.getTime() > TOUCH_EVERY_MS) await touch(deps, cookieValue, client);
  return {
    actor: toUserActor(user, { kind: 'user', ip: client.ip }),
    user,
    session: { publicId: session.publicId, expiresAt: session.expiresAt },
    renewedCookie: session.fresh ? lucia.createSessionCookie(session.id).serialize() : null,
  };
}

/** The session cookie's value in a `Cookie` header, or null. */
export function readSessionCookie(deps: Deps, cookieHeader: string | undefined): string | null {
  if (cookieHeader === undefined) return null;
  return createLucia(deps.em, UNKNOWN_CLIENT).readSessionCookie(cookieHeader);
}

async function touch(deps: Deps, cookieValue: string, { ip, userAgent }: SessionClient): Promise<void> {
  await deps.em.nativeUpdate(
    Session,
    { id: hashSessionId(cookieValue) },
    {
      lastUsedAt: new Date(),
      ...(ip === null ? {} : { ip }),
      ...(userAgent === null ? {} : { userAgent: userAgent.slice(0, 300) }),
    },
  );
}
