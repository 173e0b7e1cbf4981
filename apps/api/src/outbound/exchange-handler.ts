import type { OutboundError, Trust } from './outbound-error.ts';

/** A request of the hot path, prepared as far as it can be. */
export interface ExchangeRequest {
  url: string;
  method: 'GET' | 'POST';
  /**
   * Names in lower case; `host`, `content-length`, `accept-encoding`, `connection` belong to the client. Give
   * the same object for the same headers: what is made of it is remembered. It is frozen.
   */
  headers: Readonly<Record<string, string>>;
  /** Written one after the other, without being copied together. */
  body: readonly Buffer[];
  headersTimeoutMs: number;
  /** Longest silence within the answer; it does not run while the answer is paused. */
  bodyIdleTimeoutMs: number;
  totalTimeoutMs: number;
  maxResponseBytes: number;
  trust: Trust;
}

/**
 * Told of one exchange, in this order: `onHeaders` at most once, `onData` any number of times, then exactly
 * one of `onEnd` and `onError`. Nothing is called before `start` has returned, nor after `abort`.
 */
export interface ExchangeHandler {
  /** Never a redirect, never a compressed answer: those are errors. Names in lower case. */
  onHeaders(status: number, headers: Readonly<Record<string, string | string[]>>): void;
  /** Bytes as they came from the socket; the handler may keep them. */
  onData(bytes: Buffer): void;
  onEnd(): void;
  onError(error: OutboundError): void;
}

/** A running exchange. */
export interface ActiveExchange {
  /** The answer has ended, and all of the request was written before: nobody reads its body's memory any more. */
  readonly hasReleasedBody: boolean;
  /** Stops `onData` soon; the upstream feels it. */
  pause(): void;
  resume(): void;
  /** Gives the exchange up at once; its socket is closed unless the answer had ended. Safe to call again. */
  abort(): void;
}
