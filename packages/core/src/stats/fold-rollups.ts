import type { EntityManager } from '@mikro-orm/postgresql';
import { addFoldsSql, LOCK_ROLLUPS_ALONE } from '../calls/rollup-sql.ts';

const HOUR_MS = 3_600_000;
/** An hour is left alone for this long after its end, so that most of its calls are entered before it is folded. */
const SETTLE_MS = 5 * 60_000;
/** Hours folded at once: everybody who enters calls waits meanwhile. */
const MAX_HOURS = 6;
/** Rather try again later than keep those waiting who come after. */
const LOCK_TIMEOUT = '5s';

/**
 * Folds the hours that are over into the coarser sums (see `rollup-sql.ts`). Sums read through `sumsOf` are the same
 * before and after, only sooner there. Returns how many hours were folded.
 */
export async function foldRollups(em: EntityManager, now: Date, signal?: AbortSignal): Promise<number> {
  const until = Math.floor((now.getTime() - SETTLE_MS) / HOUR_MS) * HOUR_MS;
  let total = 0;
  while (signal?.aborted !== true) {
    const folded = await em.transactional((tx) => foldSome(tx, until));
    if (folded === 0) break;
    total += folded;
  }
  return total;
}

async function foldSome(tx: EntityManager, untilMs: number): Promise<number> {
  await tx.execute(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  await tx.execute(LOCK_ROLLUPS_ALONE);
  const [progress] = await tx.execute<{ folded_through: Date | string; first: Date | string | null }[]>(
    `select p.folded_through, (select min(r."hour") from aigcspace.call_rollups r where r."hour" >= p.folded_through) as first
     from aigcspace.rollup_progress p`,
  );
  if (progress === undefined) throw new Error('aigcspace.rollup_progress has lost its row');
  const foldedMs = new Date(progress.folded_through).getTime();
  if (foldedMs >= untilMs) return 0;
  // Hours in which nobody called need no step of their own.
  const firstMs = progress.first === null ? untilMs : Math.min(new Date(progress.first).getTime(), untilMs);
  const toMs = Math.min(firstMs + MAX_HOURS * HOUR_MS, untilMs);
  if (firstMs < toMs) await tx.execute(FOLD, [new Date(firstMs), new Date(toMs)]);
  await tx.execute('update aigcspace.rollup_progress set folded_through = ?', [new Date(toMs)]);
  return (toMs - foldedMs) / HOUR_MS;
}

const FOLD = addFoldsSql('(select * from aigcspace.call_rollups where "hour" >= ? and "hour" < ?) i');
