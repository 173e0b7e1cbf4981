import type { EntityManager } from '@mikro-orm/postgresql';
import { Lucia, TimeSpan } from 'lucia';
import { MikroOrmAdapter, type SessionAttributes } from './lucia-adapter.ts';

/** The folder `sessions` is the only place that knows Lucia. */

export const SESSION_COOKIE = 'aigc_session';
/** A session ends this long after its last renewal; it is renewed when half of it has passed. */
const SESSION_DAYS = 30;

export interface LuciaOptions {
  /** Whether the browser speaks TLS: only then does it accept a `Secure` cookie. */
  isSecure: boolean;
}

/** Lucia over one entity manager, so that sessions take part in its transaction. Cheap: made per use. */
export function createLucia(em: EntityManager, { isSecure }: LuciaOptions) {
  return new Lucia(new MikroOrmAdapter(em), {
    sessionExpiresIn: new TimeSpan(SESSION_DAYS, 'd'),
    sessionCookie: {
      name: SESSION_COOKIE,
      // Long-lived: the database decides when a session ends. A renewal often happens while the panel renders a
      // page on the server, where the browser would not learn of a new date.
      expires: false,
      attributes: { secure: isSecure, sameSite: 'lax', path: '/' },
    },
    getSessionAttributes: (attributes) => attributes,
  });
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    DatabaseSessionAttributes: SessionAttributes;
  }
}
