import type { EntityManager } from '@mikro-orm/postgresql';
import { createLucia } from './lucia.ts';

/** Removes sessions that nobody can use any more. */
export async function deleteExpiredSessions(em: EntityManager): Promise<void> {
  await createLucia(em, { isSecure: false }).deleteExpiredSessions();
}
