import type { ActiveExchange, ExchangeHandler, ExchangeRequest } from './exchange-handler.ts';
import type { ConnectPhase } from './guarded-connector.ts';
import type { OutboundReason, Trust } from './outbound-error.ts';
import type { OutboundPolicy } from './outbound-policy.ts';

export interface OutboundRequest {
  url: URL | string;
  method: 'GET' | 'POST';
  /** Of this request alone; nothing is added but `accept-encoding: identity` and a `user-agent`. */
  headers: Record<string, string>;
  body?: Buffer | string | undefined;
  /**
   * Aborting fails the call at once and closes the socket that it was sent on. A pooled connection that is
   * still being made, and on which nothing was sent, is closed when it is made or times out.
   */
  signal?: AbortSignal | undefined;
  /** From the request being sent to the answer's headers. */
  headersTimeoutMs?: number | undefined;
  /** Longest silence within the answer; it does not run while the consumer holds the upstream back. */
  bodyIdleTimeoutMs?: number | undefined;
  /** From the call to the end of the answer, connecting included. */
  totalTimeoutMs?: number | undefined;
  maxResponseBytes?: number | undefined;
  /** Whose address this is. The rules are the same; it is for wording and metrics. */
  trust: Trust;
  /** Makes a connection of its own and tells about its phases, as a connection test needs it. */
  onPhase?: ((phase: ConnectPhase, ms: number) => void) | undefined;
}

export interface OutboundTimings {
  /** Until the request was written: waiting, and connecting when no connection was free. */
  sentMs: number;
  /** Until the answer's headers, from the call. */
  firstByteMs: number;
}

export interface OutboundResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[]>;
  /** Pauses the upstream while its reader is slow. Read it to the end or destroy it. */
  body: AsyncIterable<Buffer> & { destroy(reason?: unknown): void };
  timings: OutboundTimings;
}

/** The only way out of the process for HTTP. */
export interface Outbound {
  /** Resolves with the answer's headers, whatever its status below 300 or from 400. @throws OutboundError */
  request(request: OutboundRequest): Promise<OutboundResponse>;
  /**
   * The same for the hot path: callbacks instead of promises and iterators. Never throws; whatever is wrong
   * with the request is told to the handler, too.
   */
  start(request: ExchangeRequest, handler: ExchangeHandler): ActiveExchange;
  /** `fetch` under the same rules, for the openai package. Rejects with `OutboundError`. */
  readonly fetch: typeof fetch;
  readonly policy: OutboundPolicy;
  /** Applies to every connection from now on; pooled ones are not used again, running answers complete. */
  setPolicy(policy: OutboundPolicy): void;
  /** Cancels what runs and closes every socket. */
  close(): Promise<void>;
}

/** For metrics: told of every failed call. */
export type OnOutboundFailure = (failure: { trust: Trust; reason: OutboundReason }) => void;
