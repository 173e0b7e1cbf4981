import type { LimitedSubject } from '../limiter.ts';
import type { LimitKind } from '../counter.ts';

/**
 * How the workers of one installation share its limits. The primary process owns the counters. A worker asks it for
 * every call that it cannot admit from a block; blocks are what the owner hands out beforehand when there is plenty.
 * Everything that changes hands is told as a difference, so that messages which cross do no harm.
 */
export interface AdmitAsk {
  /** Those with limits for which the worker has no room of its own. */
  subjects: readonly LimitedSubject[];
  tokens: number;
  /** What the worker did with earlier blocks of these subjects. It keeps nothing of them. */
  reports: readonly PoolReport[];
}

/** A worker's use of one kind of window since its last report. All zero but `untilMs`: nothing. */
export interface WindowReport {
  /** Names the window. */
  untilMs: number;
  /** Of blocks: used by calls. */
  spent: number;
  /** Of blocks: given back. Negative: calls used more than the block held. */
  unused: number;
  /** Of what the owner counted for calls directly: not used after all. Negative: used beyond it. */
  corrected: number;
}

export interface PoolReport {
  id: string;
  requests: WindowReport;
  tokens: WindowReport;
  /** Places for running calls that are given back. */
  places: number;
}

/** One subject's part of an answer, in the order of the ask. */
export interface SubjectAnswer {
  requestsUntilMs: number;
  /** What all processes together have left, blocks included. */
  requestsLeft: number;
  tokensUntilMs: number;
  tokensLeft: number;
  /** Counted for this call. */
  tokensTaken: number;
  /** Beyond this call. Null: there is not plenty of everything. */
  block: Block | null;
}

export interface Block {
  requests: number;
  tokens: number;
  places: number;
}

export type AdmitAnswer =
  | { admitted: true; subjects: readonly SubjectAnswer[] }
  | {
      admitted: false;
      subjects: readonly SubjectAnswer[];
      refusedBy: { subject: string; kind: LimitKind; limit: number };
      retryAfterMs: number;
    };
