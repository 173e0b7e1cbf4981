import type { EntityManager } from '@mikro-orm/postgresql';
import { newSessionAttributes } from './lucia-adapter.ts';
import { createLucia } from './lucia.ts';
import type { SessionClient } from './validate-session.ts';

export interface OpenedSession {
  publicId: string;
  /** The `Set-Cookie` value that signs the browser in. */
  cookie: string;
}

/** Begins a session, in the entity manager's transaction if it has one. */
export async function openSession(
  em: EntityManager,
  userId: string,
  client: SessionClient,
): Promise<OpenedSession> {
  const lucia = createLucia(em, client);
  const session = await lucia.createSession(userId, newSessionAttributes(client));
  return { publicId: session.publicId, cookie: lucia.createSessionCookie(session.id).serialize() };
}
