import { meaningOf, type FailureKind } from './failure-kind.ts';

/** An upstream that another moment may mend is asked again at most so often in one call. */
const MAX_REPEATS = 2;
/** Attempts of one call, all upstreams together. */
const MAX_ATTEMPTS = 30;
/** First pause before an upstream is asked again; doubled each time. */
const FIRST_PAUSE_MS = 250;
/** Longest `retry-after` that is waited for here; a longer one is passed on to the client. */
const MAX_PAUSE_MS = 5_000;
/** After this long a call is not repeated any more: its client may have given up, and tries again by itself. */
const REPEAT_WITHIN_MS = 15_000;

/** What is known of one candidate when all have been tried. */
export interface TriedCandidate {
  failure: FailureKind;
  /** Times it was asked. */
  attempts: number;
  /** What the upstream asked for, after its failure; null: nothing. */
  retryAfterMs: number | null;
  /** From the call's start. */
  failedAtMs: number;
}

export interface CallProgress {
  attempts: number;
  /** Since the call's start. */
  elapsedMs: number;
  /** From 0 to below 1: spreads the repeats of many calls that failed together. */
  random: number;
}

/** Whether the next candidate may be tried after this failure. */
export function mayFailOver(failure: FailureKind, { attempts }: Pick<CallProgress, 'attempts'>): boolean {
  return meaningOf(failure).failsOver && attempts < MAX_ATTEMPTS;
}

/** Milliseconds until a candidate may be asked again; null: it is not asked again. */
export function pauseBeforeRepeat(tried: TriedCandidate, progress: CallProgress): number | null {
  const { failure, attempts, retryAfterMs, failedAtMs } = tried;
  if (!meaningOf(failure).isPassing || attempts > MAX_REPEATS || progress.attempts >= MAX_ATTEMPTS)
    return null;
  const backOffMs = FIRST_PAUSE_MS * 2 ** (attempts - 1) * (1 + progress.random);
  const dueMs = failedAtMs + Math.max(retryAfterMs ?? 0, backOffMs);
  const pauseMs = Math.max(0, dueMs - progress.elapsedMs);
  return pauseMs > MAX_PAUSE_MS || progress.elapsedMs + pauseMs > REPEAT_WITHIN_MS ? null : pauseMs;
}
