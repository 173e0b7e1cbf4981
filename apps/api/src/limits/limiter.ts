import type { RateLimits } from '@aigc/core/snapshot/snapshot';

/** Whose limits count: `key:12`, `user:usr_…`, `model:5`. */
export interface LimitedSubject {
  id: string;
  limits: RateLimits;
}

/** The tightest of the limits that apply, for `x-ratelimit-*`. Null: no such limit. */
export interface RateState {
  requests: WindowState | null;
  tokens: WindowState | null;
}

export interface WindowState {
  limit: number;
  remaining: number;
  /** Until the window is new. */
  resetMs: number;
}

export type Admission =
  | { admitted: true; state: RateState; permit: Permit }
  | {
      admitted: false;
      state: RateState;
      refusedBy: { subject: string; kind: 'requests' | 'tokens' | 'concurrency'; limit: number };
      retryAfterMs: number;
    };

/** A running call's place in the limits. */
export interface Permit {
  /** Ends the call: its place is free, and what it reserved of the tokens becomes what it used. Once. */
  end(usedTokens: number): void;
}

/** Counts requests, tokens and running calls, exactly, wherever the counters live. */
export interface Limiter {
  /**
   * Admits a call if every limit of every subject has room, and takes the room; otherwise takes nothing.
   * `tokens` is the most the call can use, and has to fit. What could not even fit into a whole window takes all
   * that is left of one, if anything is. Answers at once whenever it can: a promise costs the caller a turn.
   */
  admit(subjects: readonly LimitedSubject[], tokens: number): Admission | Promise<Admission>;
  close(): Promise<void>;
}
