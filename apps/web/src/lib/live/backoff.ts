/** Waits between attempts to connect again. The first is made at once: most connections end because they are old. */
const waitsMs = [0, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;

/**
 * How long to wait before an attempt, counted from zero; beyond the list the last wait. `chance` (0 to 1) spreads those
 * that lost the same server, so that they do not all come back in the same moment.
 */
export function retryWaitMs(attempt: number, chance: number = Math.random()): number {
  const wait = waitsMs[Math.min(attempt, waitsMs.length - 1)] ?? 0;
  return Math.round(wait * (0.8 + 0.4 * chance));
}
