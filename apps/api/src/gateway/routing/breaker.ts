import type { BreakerState } from '@aigc/shared/schemas/routing';

/** So many failures in a row … */
const MIN_FAILURES = 5;
/** … over at least this long: many calls that fail in one moment are one blip. */
const MIN_STREAK_MS = 1_000;
/** How long an upstream is left alone at first … */
const FIRST_PAUSE_MS = 5_000;
/** … and at most, doubled with every probe that fails. */
const MAX_PAUSE_MS = 60_000;
/** A probe that nobody heard of any more does not keep others out for ever. */
const PROBE_PATIENCE_MS = 120_000;

/**
 * Keeps calls away from an upstream that fails again and again, and lets one through from time to time to see whether
 * it has recovered. It only ever puts an upstream behind others: where there is no other, it is asked all the same.
 * Times are of a clock that never goes back.
 */
export class Breaker {
  #failures = 0;
  #firstFailureMs = 0;
  /** Null: closed. */
  #openUntilMs: number | null = null;
  #pauseMs = FIRST_PAUSE_MS;
  /** When the call was let through that is to show whether the upstream has recovered; null: none runs. */
  #probeAtMs: number | null = null;

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** When the next probe may go; null: closed. */
  get openUntilMs(): number | null {
    return this.#openUntilMs;
  }

  state(nowMs: number): BreakerState {
    if (this.#openUntilMs === null) return 'closed';
    return nowMs < this.#openUntilMs ? 'open' : 'half_open';
  }

  /** Whether a call may go there before others. When half open, only one may until it is known how that went. */
  isReady(nowMs: number): boolean {
    const state = this.state(nowMs);
    return state === 'closed' || (state === 'half_open' && !this.#isProbed(nowMs));
  }

  /** Notes that a call goes there. */
  asked(nowMs: number): void {
    if (this.state(nowMs) === 'half_open' && !this.#isProbed(nowMs)) this.#probeAtMs = nowMs;
  }

  /** The upstream has answered, be it that the request is at fault. */
  succeeded(): void {
    this.#failures = 0;
    this.#openUntilMs = null;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#probeAtMs = null;
  }

  failed(nowMs: number): void {
    if (this.#failures === 0) this.#firstFailureMs = nowMs;
    this.#failures += 1;
    const state = this.state(nowMs);
    if (state === 'closed') {
      if (this.#failures >= MIN_FAILURES && nowMs - this.#firstFailureMs >= MIN_STREAK_MS) this.#open(nowMs);
    } else if (state === 'half_open') {
      this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
      this.#open(nowMs);
    }
  }

  /** A call was given up before it could show anything. */
  gaveUp(): void {
    this.#probeAtMs = null;
  }

  #open(nowMs: number): void {
    this.#openUntilMs = nowMs + this.#pauseMs;
    this.#probeAtMs = null;
  }

  #isProbed(nowMs: number): boolean {
    return this.#probeAtMs !== null && nowMs - this.#probeAtMs < PROBE_PATIENCE_MS;
  }
}
