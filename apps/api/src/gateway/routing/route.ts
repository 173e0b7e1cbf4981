import type { ResolvedModel } from '../pipeline/contexts.ts';
import type { FailureKind } from './failure-kind.ts';
import { meaningOf } from './failure-kind.ts';
import { mayFailOver, pauseBeforeRepeat, type TriedCandidate } from './retry-policy.ts';

/** A failed attempt at the current candidate. */
export interface FailedAttempt {
  failure: FailureKind;
  /** What the upstream asked for; null: nothing. */
  retryAfterMs: number | null;
  /** Since the call's start. */
  elapsedMs: number;
  /** From 0 to below 1. */
  random: number;
}

interface Tried extends TriedCandidate {
  model: ResolvedModel;
}

/**
 * The way of one call through its candidates: each is tried once, in order; when all have failed, those that a moment
 * may mend are tried again, within bounds.
 */
export class Route {
  readonly #candidates: readonly ResolvedModel[];
  #model: ResolvedModel;
  /** How many candidates have been tried, the current one among them. */
  #begun = 1;
  #attempts = 1;
  /** Those that failed; null: none has. */
  #tried: Tried[] | null = null;

  /** `candidates`: at least one. */
  constructor(candidates: readonly [ResolvedModel, ...ResolvedModel[]]) {
    this.#candidates = candidates;
    this.#model = candidates[0];
  }

  /** Where the call is now. */
  get model(): ResolvedModel {
    return this.#model;
  }

  /** There is more than one candidate. */
  get isChoice(): boolean {
    return this.#candidates.length > 1;
  }

  /** There are candidates that were not tried yet. */
  get hasUntried(): boolean {
    return this.#begun < this.#candidates.length;
  }

  /** Goes on after a failure. Returns the milliseconds to wait before `model` is asked; null: there is nowhere to go. */
  next(failed: FailedAttempt): number | null {
    const { failure, elapsedMs, random } = failed;
    this.#note(failed);
    if (!meaningOf(failure).failsOver) return null;
    const untried = this.#candidates[this.#begun];
    if (untried !== undefined && mayFailOver(failure, { attempts: this.#attempts })) {
      this.#begun += 1;
      this.#attempts += 1;
      this.#model = untried;
      return 0;
    }
    const again = this.#soonest(elapsedMs, random);
    if (again === null) return null;
    this.#attempts += 1;
    this.#model = again.model;
    return again.pauseMs;
  }

  #note({ failure, retryAfterMs, elapsedMs }: FailedAttempt): void {
    this.#tried ??= [];
    const known = this.#tried.find(({ model }) => model === this.#model);
    const now = { failure, retryAfterMs, failedAtMs: elapsedMs };
    if (known === undefined) this.#tried.push({ model: this.#model, attempts: 1, ...now });
    else Object.assign(known, now, { attempts: known.attempts + 1 });
  }

  #soonest(elapsedMs: number, random: number): { model: ResolvedModel; pauseMs: number } | null {
    let best: { model: ResolvedModel; pauseMs: number } | null = null;
    for (const tried of this.#tried ?? []) {
      const pauseMs = pauseBeforeRepeat(tried, { attempts: this.#attempts, elapsedMs, random });
      if (pauseMs !== null && (best === null || pauseMs < best.pauseMs))
        best = { model: tried.model, pauseMs };
    }
    return best;
  }
}
