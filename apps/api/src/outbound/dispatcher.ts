import { Agent, Client, type Dispatcher } from 'undici';
import { bindFetch } from './bound-fetch.ts';
import { DispatchExchange } from './dispatch-exchange.ts';
import { Exchange } from './exchange.ts';
import type { ActiveExchange, ExchangeHandler, ExchangeRequest } from './exchange-handler.ts';
import { createGuardedConnector, type GuardedConnectorOptions } from './guarded-connector.ts';
import { createSystemResolve, type Resolve } from './guarded-lookup.ts';
import { OutboundError } from './outbound-error.ts';
import type { OutboundPolicy } from './outbound-policy.ts';
import type { OnOutboundFailure, Outbound, OutboundRequest, OutboundResponse } from './outbound.ts';
import { PreparedTargets, type PreparedTarget } from './prepared-target.ts';
import { requestHeaders } from './request-headers.ts';
import { toOutboundError } from './undici-errors.ts';
import { requireUpstreamUrl } from './url-rules.ts';

export interface CreateOutboundOptions {
  policy: OutboundPolicy;
  connectTimeoutMs?: number;
  /** Instead of the system's resolver. */
  resolve?: Resolve;
  /** Certificate authorities in PEM form, instead of the system's. */
  ca?: string;
  onFailure?: OnOutboundFailure;
}

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
// A model may think for minutes before it answers; callers who know better say so.
const DEFAULT_HEADERS_TIMEOUT_MS = 5 * 60_000;
const DEFAULT_BODY_IDLE_TIMEOUT_MS = 2 * 60_000;
// Some servers close idle connections after 5 s without saying so; a request must not meet that.
const KEEP_ALIVE_MS = 4_000;

const CLIENT_OPTIONS = {
  allowH2: false,
  pipelining: 1,
  keepAliveTimeout: KEEP_ALIVE_MS,
  // The cap is counted per request, by the exchange.
  maxResponseSize: -1,
} as const satisfies Client.Options;

interface OwnConnection {
  client: Client;
  release(): void;
}

/** Builds the process's outbound dispatcher: pooled HTTP/1.1 connections behind the address rules. */
export function createOutbound(options: CreateOutboundOptions): Outbound {
  const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS, resolve = createSystemResolve() } = options;
  let policy = options.policy;
  let agent = createAgent();
  let isClosed = false;
  const targets = new PreparedTargets();
  const running = new Set<{ fail(error: OutboundError): void }>();

  function connectorOptions(): GuardedConnectorOptions {
    return { policy, resolve, connectTimeoutMs, ca: options.ca };
  }

  function createAgent(): Agent {
    return new Agent({ ...CLIENT_OPTIONS, connect: createGuardedConnector(connectorOptions()) });
  }

  /** A connection for one request, given up with it. */
  function openOwnConnection(origin: string, onPhase: OutboundRequest['onPhase']): OwnConnection {
    const released = new AbortController();
    const connect = createGuardedConnector({ ...connectorOptions(), onPhase, signal: released.signal });
    const client = new Client(origin, { ...CLIENT_OPTIONS, connect });
    return {
      client,
      release: () => {
        released.abort();
        // Not within the callback that undici is in.
        setImmediate(() => void client.destroy());
      },
    };
  }

  async function request(call: OutboundRequest): Promise<OutboundResponse> {
    const url = requireUpstreamUrl(call.url);
    if (isClosed || call.signal?.aborted === true) {
      throw new OutboundError('aborted', { cause: call.signal?.reason });
    }
    const own = call.onPhase === undefined ? null : openOwnConnection(url.origin, call.onPhase);
    const exchange: Exchange = new Exchange(call, (failure) => {
      running.delete(exchange);
      own?.release();
      if (failure !== null) options.onFailure?.({ trust: call.trust, reason: failure.reason });
    });
    running.add(exchange);
    const dispatcher: Dispatcher = own?.client ?? agent;
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: call.method,
        headers: requestHeaders(call.headers),
        body: call.body ?? null,
        headersTimeout: call.headersTimeoutMs ?? DEFAULT_HEADERS_TIMEOUT_MS,
        bodyTimeout: call.bodyIdleTimeoutMs ?? DEFAULT_BODY_IDLE_TIMEOUT_MS,
      },
      exchange,
    );
    return exchange.response;
  }

  function start(call: ExchangeRequest, handler: ExchangeHandler): ActiveExchange {
    const exchange = new DispatchExchange(call, handler, (done, failure) => {
      running.delete(done);
      if (failure !== null) options.onFailure?.({ trust: call.trust, reason: failure.reason });
    });
    running.add(exchange);
    let target: PreparedTarget;
    try {
      if (isClosed) throw new OutboundError('aborted');
      target = targets.get(call.url, call.headers);
    } catch (error) {
      const failure = toOutboundError(error as Error);
      queueMicrotask(() => exchange.fail(failure));
      return exchange;
    }
    const [only] = call.body;
    agent.dispatch(
      {
        origin: target.origin,
        path: target.path,
        method: call.method,
        headers: target.headerList as string[],
        body: call.body.length > 1 ? Buffer.concat(call.body) : (only ?? null),
        headersTimeout: call.headersTimeoutMs,
        bodyTimeout: call.bodyIdleTimeoutMs,
      },
      exchange,
    );
    return exchange;
  }

  return {
    request,
    start,
    fetch: bindFetch(request, { trust: 'operator' }),
    get policy() {
      return policy;
    },
    setPolicy(next) {
      policy = next;
      const previous = agent;
      agent = createAgent();
      void previous.close();
    },
    async close() {
      isClosed = true;
      for (const exchange of running) exchange.fail(new OutboundError('aborted'));
      await agent.destroy();
    },
  };
}
