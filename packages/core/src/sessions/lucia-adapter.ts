import { createHash } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia';
import { Session } from '@aigc/db/entities/session';
import { User } from '@aigc/db/entities/user';
import { newId } from '@aigc/shared/ids';

/** What is stored of a session beside its id and expiry. */
export interface SessionAttributes {
  publicId: string;
  ip: string | null;
  userAgent: string | null;
  lastUsedAt: Date;
  createdAt: Date;
}

/** SHA-256, hex: the database never holds what a cookie holds. The id has 200 random bits, so no salt is needed. */
export function hashSessionId(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('hex');
}

/**
 * Lucia's storage. Lucia only sees the ids it made: they are hashed on the way in, and what it asked for is what
 * it gets back, or its renewal would look for the hash of a hash.
 */
export class MikroOrmAdapter implements Adapter {
  readonly #em: EntityManager;

  constructor(em: EntityManager) {
    this.#em = em;
  }

  async getSessionAndUser(sessionId: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const session = await this.#em.findOne(Session, { id: hashSessionId(sessionId) });
    if (session === null) return [null, null];
    // A deactivated user is nobody: Lucia then deletes the session.
    const user = await this.#em.findOne(User, { id: session.user, status: 'active' });
    return [toDatabaseSession(sessionId, session), user && { id: user.id, attributes: {} }];
  }

  /** The ids are hashes: nobody can turn them back, and nothing but a list is made of them. */
  async getUserSessions(userId: string): Promise<DatabaseSession[]> {
    const sessions = await this.#em.find(Session, { user: userId });
    return sessions.map((session) => toDatabaseSession(session.id, session));
  }

  async setSession({ id, userId, expiresAt, attributes }: DatabaseSession): Promise<void> {
    await this.#em.insert(Session, { id: hashSessionId(id), user: userId, expiresAt, ...attributes });
  }

  async updateSessionExpiration(sessionId: string, expiresAt: Date): Promise<void> {
    await this.#em.nativeUpdate(Session, { id: hashSessionId(sessionId) }, { expiresAt });
  }

  async deleteSession(sessionId: string): Promise<void> {
    await this.#em.nativeDelete(Session, { id: hashSessionId(sessionId) });
  }

  async deleteUserSessions(userId: string): Promise<void> {
    await this.#em.nativeDelete(Session, { user: userId });
  }

  async deleteExpiredSessions(): Promise<void> {
    await this.#em.nativeDelete(Session, { expiresAt: { $lte: new Date() } });
  }
}

/** Attributes of a session that begins now. */
export function newSessionAttributes(client: {
  ip: string | null;
  userAgent: string | null;
}): SessionAttributes {
  const now = new Date();
  const { ip, userAgent } = client;
  return {
    publicId: newId('ses'),
    ip,
    userAgent: userAgent?.slice(0, 300) ?? null,
    lastUsedAt: now,
    createdAt: now,
  };
}

function toDatabaseSession(id: string, session: Session): DatabaseSession {
  const { user, expiresAt, publicId, ip, userAgent, lastUsedAt, createdAt } = session;
  return {
    id,
    userId: user,
    expiresAt,
    attributes: { publicId, ip: ip ?? null, userAgent: userAgent ?? null, lastUsedAt, createdAt },
  };
}
