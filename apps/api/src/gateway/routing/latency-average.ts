/** What one more measurement weighs against those before. */
const SHARE = 0.2;
/** What was measured longer ago says nothing: the upstream is tried again. */
const FORGET_AFTER_MS = 5 * 60_000;

/** How long an upstream takes lately: newer measurements count more, and old ones are forgotten. */
export class LatencyAverage {
  #averageMs: number | null = null;
  #measuredAtMs = 0;

  add(latencyMs: number, nowMs: number): void {
    const before = this.value(nowMs);
    this.#averageMs = before === null ? latencyMs : before + (latencyMs - before) * SHARE;
    this.#measuredAtMs = nowMs;
  }

  /** Null: not known, or not any more. */
  value(nowMs: number): number | null {
    return this.#averageMs === null || nowMs - this.#measuredAtMs > FORGET_AFTER_MS ? null : this.#averageMs;
  }
}
