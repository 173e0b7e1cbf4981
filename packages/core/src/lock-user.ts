import type { EntityManager } from '@mikro-orm/postgresql';

/**
 * Makes the transactions that count a user's rows before adding one wait for each other, so that a limit
 * holds when requests come at the same moment. Other work on the user goes on.
 */
export async function lockUser(em: EntityManager, userId: string): Promise<void> {
  await em.execute('select 1 from aigcspace.users where id = ? for no key update', [userId]);
}
