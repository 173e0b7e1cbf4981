/** Under load, syncs begin at least this far apart: each costs about 50 us of CPU, however many records it covers. */
const LEAST_GAP_MS = 4;
/** And this far, as long as calls run that could still join. */
const GATHER_MS = 10;
/** Calls that ran side by side say that there is load, for this long. */
const LOAD_LASTS_MS = 100;

/**
 * When the next sync should begin. At once if calls come one after the other, because nobody else can join;
 * under load after a moment in which others join, unless the last one is long past. When every open call waits, the
 * next ones may wait for them: the moment is shorter then.
 *
 * @returns milliseconds to wait; 0: now
 */
export function gatherMs(state: {
  waiting: number;
  openCalls: number;
  sinceConcurrentMs: number;
  sinceLastFlushMs: number;
}): number {
  const allWait = state.waiting >= state.openCalls;
  if (allWait && state.sinceConcurrentMs > LOAD_LASTS_MS) return 0;
  return Math.max(0, (allWait ? LEAST_GAP_MS : GATHER_MS) - state.sinceLastFlushMs);
}
