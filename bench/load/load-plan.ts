/** What the load generator is told, and what it tells, over its channel. */

export interface Target {
  port: number;
  path: string;
  /** Complete header lines beside host, credential and length. */
  headers: readonly string[];
  /** Credentials that calls take turns with. */
  keys: readonly string[];
}

export interface UnaryPlan {
  kind: 'unary';
  target: Target;
  body: string;
  /**
   * Calls begin at this rate whatever the answers do, at moments drawn from `seed`. Null: each connection calls again
   * as soon as it is answered.
   */
  callsPerSecond: number | null;
  connections: number;
  warmUpMs: number;
  measureMs: number;
  seed: number;
}

export interface StreamPlan {
  kind: 'streams';
  target: Target;
  body: string;
  streams: number;
  /** Opened in this time. */
  rampMs: number;
  warmUpMs: number;
  measureMs: number;
}

/** One call after the other over one connection. */
export interface SequentialPlan {
  kind: 'sequential';
  target: Target;
  body: string;
  calls: number;
  warmUpCalls: number;
}

export type LoadPlan = UnaryPlan | StreamPlan | SequentialPlan;

export interface UnaryResult {
  /** Answered with 200 within the window. */
  calls: number;
  /** Anything else, and what it was first. */
  failed: number;
  firstFailure: string | null;
  p50Ms: number;
  p99Ms: number;
  /** Calls that were due at the window's end but had not been sent for want of a free connection. */
  behind: number;
}

export interface StreamResult {
  /** Ended with `[DONE]`. */
  completed: number;
  failed: number;
  firstFailure: string | null;
}

export interface SequentialResult {
  calls: number;
  failed: number;
  firstFailure: string | null;
  p50Ms: number;
  p99Ms: number;
}

/** The window is being measured between its two marks; then comes the result. */
export type LoadEvent =
  | { event: 'window start' }
  | { event: 'window end' }
  | { event: 'result'; result: UnaryResult | StreamResult | SequentialResult };
