import { bindFetch } from './bound-fetch.ts';
import { Exchange } from './exchange.ts';
import { createGuardedConnector, type GuardedConnect } from './guarded-connector.ts';
import { createSystemResolve, type Resolve } from './guarded-lookup.ts';
import { Http1Client } from './http1/http1-client.ts';
import { OutboundError } from './outbound-error.ts';
import type { OutboundPolicy } from './outbound-policy.ts';
import type { OnOutboundFailure, Outbound, OutboundRequest, OutboundResponse } from './outbound.ts';

export interface CreateOutboundOptions {
  policy: OutboundPolicy;
  connectTimeoutMs?: number;
  /** Instead of the system's resolver. */
  resolve?: Resolve;
  /** Certificate authorities in PEM form, instead of the system's. */
  ca?: string;
  onFailure?: OnOutboundFailure;
  /** Told what a handler threw when its exchange was over. Absent: a warning of the process. */
  onFault?: (error: unknown) => void;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
// A model may think for minutes before it answers; callers who know better say so.
const DEFAULT_HEADERS_TIMEOUT_MS = 5 * 60_000;
const DEFAULT_BODY_IDLE_TIMEOUT_MS = 2 * 60_000;
const DEFAULT_TOTAL_TIMEOUT_MS = 15 * 60_000;
const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/** Builds the process's outbound dispatcher: pooled HTTP/1.1 connections behind the address rules. */
export function createOutbound(options: CreateOutboundOptions): Outbound {
  const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS, resolve = createSystemResolve() } = options;
  let policy = options.policy;
  const client = new Http1Client(
    createConnector(),
    (trust, { reason }) => options.onFailure?.({ trust, reason }),
    options.onFault ?? ((error) => process.emitWarning(error instanceof Error ? error : String(error))),
  );

  function createConnector(): GuardedConnect {
    return createGuardedConnector({ policy, resolve, connectTimeoutMs, ca: options.ca });
  }

  async function request(call: OutboundRequest): Promise<OutboundResponse> {
    if (call.signal?.aborted === true) throw new OutboundError('aborted', { cause: call.signal.reason });
    const exchange = new Exchange(call);
    const running = client.start(
      {
        url: typeof call.url === 'string' ? call.url : call.url.href,
        method: call.method,
        headers: { ...call.headers },
        body: call.body === undefined ? [] : [Buffer.from(call.body)],
        headersTimeoutMs: call.headersTimeoutMs ?? DEFAULT_HEADERS_TIMEOUT_MS,
        bodyIdleTimeoutMs: call.bodyIdleTimeoutMs ?? DEFAULT_BODY_IDLE_TIMEOUT_MS,
        totalTimeoutMs: call.totalTimeoutMs ?? DEFAULT_TOTAL_TIMEOUT_MS,
        maxResponseBytes: call.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
        trust: call.trust,
      },
      exchange,
      { onSent: () => exchange.onSent(), onPhase: call.onPhase },
    );
    exchange.follow(running);
    return exchange.response;
  }

  return {
    request,
    start: (call, handler) => client.start(call, handler),
    fetch: bindFetch(request, { trust: 'operator' }),
    get policy() {
      return policy;
    },
    setPolicy(next) {
      policy = next;
      client.replaceConnector(createConnector());
    },
    async close() {
      client.close();
    },
  };
}
