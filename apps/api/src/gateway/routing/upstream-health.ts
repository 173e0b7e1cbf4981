import { Breaker } from './breaker.ts';
import { meaningOf, type FailureKind } from './failure-kind.ts';
import { LatencyAverage } from './latency-average.ts';

/** How an attempt ended. */
export type AttemptVerdict =
  /** With an answer; `ttftMs` is the time to its first content, of whole answers to its end. */
  | { kind: 'answered'; ttftMs: number | null; isStream: boolean }
  | { kind: 'failed'; failure: FailureKind; code: string; retryAfterMs: number | null }
  /** The client left, or the process ends: nothing is known of the upstream. */
  | { kind: 'given_up' };

/** Longest that an upstream's `retry-after` keeps calls away from it. */
const MAX_THROTTLE_MS = 60_000;

/** Which upstream it is; the provider is null for local models. */
export interface UpstreamName {
  provider: string | null;
  upstreamModel: string;
}

/** What this process knows of one upstream from its own calls. */
export class UpstreamHealth {
  readonly name: UpstreamName;
  /** Attempts that were answered, and those that failed by error code. */
  answered = 0;
  readonly failed = new Map<string, number>();
  readonly breaker = new Breaker();
  readonly #stream = new LatencyAverage();
  readonly #whole = new LatencyAverage();
  #throttledUntilMs = -Infinity;
  #lastErrorCode: string | null = null;

  constructor(name: UpstreamName) {
    this.name = name;
  }

  /** Of the last failure that the upstream was to blame for; null: none since it answered. */
  get lastErrorCode(): string | null {
    return this.#lastErrorCode;
  }

  /** Whether calls go there before others. */
  isReady(nowMs: number): boolean {
    return nowMs >= this.#throttledUntilMs && this.breaker.isReady(nowMs);
  }

  /** Lately; null: not known. Streams and whole answers take differently long. */
  latencyMs(isStream: boolean, nowMs: number): number | null {
    const [own, other] = isStream ? [this.#stream, this.#whole] : [this.#whole, this.#stream];
    return own.value(nowMs) ?? other.value(nowMs);
  }

  asked(nowMs: number): void {
    this.breaker.asked(nowMs);
  }

  ended(verdict: AttemptVerdict, nowMs: number): void {
    if (verdict.kind === 'given_up') {
      this.breaker.gaveUp();
      return;
    }
    if (verdict.kind === 'answered') {
      this.answered += 1;
      this.#answered();
      if (verdict.ttftMs !== null) (verdict.isStream ? this.#stream : this.#whole).add(verdict.ttftMs, nowMs);
      return;
    }
    const { failure, code, retryAfterMs } = verdict;
    this.failed.set(code, (this.failed.get(code) ?? 0) + 1);
    if (failure === 'ours') this.breaker.gaveUp();
    else if (meaningOf(failure).isBlamed) {
      this.#lastErrorCode = code;
      this.breaker.failed(nowMs);
    } else if (failure === 'rate_limit') {
      // It lives and says when it wants to be asked again.
      this.breaker.gaveUp();
      if (retryAfterMs !== null) this.#throttledUntilMs = nowMs + Math.min(retryAfterMs, MAX_THROTTLE_MS);
    } else this.#answered();
  }

  #answered(): void {
    this.#throttledUntilMs = -Infinity;
    this.#lastErrorCode = null;
    this.breaker.succeeded();
  }
}
