import type { EntityManager } from '@mikro-orm/postgresql';
import { INSTANCE_LOCK_HELD } from '../calls/recover-calls.ts';

export interface HoldCounts {
  running: number;
  /** Of processes that are gone: their money stays set aside until a server starts and ends those calls. */
  dead: number;
}

/**
 * Counts the calls that have begun and not settled. Whether their process lives is read from the list of locks and
 * not by taking its lock, which would keep a starting process from it.
 */
export async function countHolds(em: EntityManager): Promise<HoldCounts> {
  const [row] = await em.execute<{ held: number; dead: number }[]>(
    `select count(*)::int as held,
       count(*) filter (where not ${INSTANCE_LOCK_HELD('h.instance_id')})::int as dead
     from aigcspace.holds h`,
  );
  const { held = 0, dead = 0 } = row ?? {};
  return { running: held - dead, dead };
}
