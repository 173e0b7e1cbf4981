/** Under load, syncs begin at least this far apart: each costs about 100 us of CPU, however many records it covers. */
const GATHER_MS = 2;

/**
 * When the next sync should begin. At once if every open call already waits for it, because nobody else can
 * join, or if the last one is long past; otherwise after a moment in which others join.
 *
 * @returns milliseconds to wait; 0: now
 */
export function gatherMs(state: { waiting: number; openCalls: number; sinceLastFlushMs: number }): number {
  if (state.waiting >= state.openCalls) return 0;
  return Math.max(0, GATHER_MS - state.sinceLastFlushMs);
}
