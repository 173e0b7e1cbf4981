/** Under load, syncs begin at least this far apart: each costs about 50 us of CPU, however many records it covers. */
const GATHER_MS = 4;
/** Calls that ran side by side say that there is load, for this long. */
const LOAD_LASTS_MS = 100;

/**
 * When the next sync should begin. At once if calls come one after the other, because nobody else can join;
 * under load after a moment in which others join, unless the last one is long past.
 *
 * @returns milliseconds to wait; 0: now
 */
export function gatherMs(state: {
  waiting: number;
  openCalls: number;
  sinceConcurrentMs: number;
  sinceLastFlushMs: number;
}): number {
  const isAlone = state.waiting >= state.openCalls && state.sinceConcurrentMs > LOAD_LASTS_MS;
  return isAlone ? 0 : Math.max(0, GATHER_MS - state.sinceLastFlushMs);
}
