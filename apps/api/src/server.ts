import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { readSessionCookie } from '@aigc/core/sessions/validate-session';
import { AppError } from '@aigc/shared/errors';
import { isSecureRequest } from './client-address.ts';
import type { CallParts } from './call-parts.ts';
import type { Container } from './container.ts';
import { discardRest } from './http/discard-rest.ts';
import { OpenConnections } from './http/open-connections.ts';
import { answerBrokenRequest, hostFault, noteRequest, refuseRequest } from './http/broken-request.ts';
import { fromCode, toPublicError } from './http/public-error.ts';
import { isStateChange } from './http/request-guard.ts';
import { assignRequestId } from './http/request-id.ts';
import { sendError, sendJson } from './http/send-json.ts';
import type { MetricsEndpoint } from './metrics/metrics-endpoint.ts';
import { checkReadiness } from './readiness.ts';
import { isServed } from './role.ts';
import { managementKey } from './trpc/context.ts';
import { createTrpcHandler } from './trpc/handler.ts';
import type { PanelHandler } from './web-panel.ts';

/** The OpenAI-compatible API. */
export interface GatewayPart {
  /** Asked with the request's target, as it was sent. */
  handles(target: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): void;
}

/** The panel's data under REST paths. */
export interface RestPart {
  handles(method: string, pathname: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): void | Promise<void>;
}

export interface ServerParts {
  /** For readiness; absent in a process that serves no calls. */
  calls?: Pick<CallParts, 'books' | 'snapshot'> | undefined;
  gateway: GatewayPart | null;
  rest: RestPart | null;
  metrics: Pick<MetricsEndpoint, 'handle'> | null;
  /** Asked on every request, because it is loaded once the address is known. */
  panel(): PanelHandler | null;
}

export interface ApiServer {
  http: Server;
  connections: OpenConnections;
  /**
   * From now on `/readyz` says that this process takes no more work, and connections that are made from now on get
   * none done. Subscriptions end: they never do by themselves.
   */
  beginDrain: () => void;
}

/** Against slow clients. Answers may take as long as they like. */
export interface ServerTimeouts {
  /** From the first byte of a request to the end of its headers. */
  headersMs: number;
  /** To the end of its body. */
  requestMs: number;
  /** How long a connection may wait for its next request. */
  keepAliveMs: number;
  /** How often the first two are looked after. */
  checkEveryMs: number;
}

const TIMEOUTS: ServerTimeouts = {
  headersMs: 20_000,
  requestMs: 5 * 60_000,
  // Longer than the idle time of common proxies, so that they never reuse a connection that we just closed.
  keepAliveMs: 75_000,
  checkEveryMs: 5_000,
};
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_CONNECTIONS = 20_000;
/** What those who watch the process ask for. */
const WATCH_PATH = /^\/+(healthz|readyz|metrics)(\?|$)/;
/** Panel paths that programs may also reach; everything else is a page. */
const API_PATH = /^\/(api|v1|trpc|healthz|readyz|metrics)(\/|$)/;

/** One HTTP server for gateway, tRPC, REST and panel. */
export function createServer(
  container: Container,
  parts: ServerParts,
  timeouts: ServerTimeouts = TIMEOUTS,
): ApiServer {
  const trpc = createTrpcHandler(container);
  const { role } = container.env;
  const subscriptions = new Set<ServerResponse>();
  /** Made since the drain began. */
  const late = new WeakSet<Socket>();
  let isDraining = false;

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const pathname = normalisePath(req);
    if (pathname === '/healthz') return sendJson(res, 200, { status: 'ok' });
    if (pathname === '/readyz') {
      const readiness = await checkReadiness(container, { calls: parts.calls, isDraining });
      return sendJson(res, readiness.ready ? 200 : 503, readiness);
    }
    // Claude Code asks so whether there is anything at the address that it was given.
    if (pathname === '/' && req.method === 'HEAD') {
      res.writeHead(200).end();
      return;
    }
    if (pathname === '/metrics' && parts.metrics !== null) return parts.metrics.handle(req, res);
    if (!isServed(role, pathname)) {
      return sendError(res, fromCode('not_found', `This process does not serve ${pathname} (ROLE).`));
    }
    const refusal = findRefusal(container, req, pathname);
    if (pathname.startsWith('/trpc/')) {
      if (isSubscription(req)) keepUntilClosed(subscriptions, res);
      return trpc({ req, res, pathname, refusal });
    }
    if (refusal !== null) return sendError(res, toPublicError(refusal));
    if (parts.rest?.handles(req.method ?? 'GET', pathname)) return parts.rest.handle(req, res);
    if (API_PATH.test(pathname))
      return sendError(res, fromCode('not_found', `There is nothing at ${pathname}.`));
    return servePage(req, res);
  }

  function servePage(req: IncomingMessage, res: ServerResponse): void {
    const panel = parts.panel();
    if (panel === null) {
      res.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '5' });
      res.end('The panel is not built. Run `npm start`, which builds it.\n');
      return;
    }
    req.headers['x-forwarded-proto'] = isSecure(container, req) ? 'https' : 'http';
    panel(req, res, () => sendError(res, fromCode('not_found', 'There is no such page.')));
  }

  const http = createHttpServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      connectionsCheckingInterval: timeouts.checkEveryMs,
      noDelay: true,
      // Checked here, to be answered like everything else.
      requireHostHeader: false,
    },
    (req, res) => {
      noteRequest(req, res);
      const fault = hostFault(req);
      if (fault !== null) return refuseRequest(res, fault);
      if (isDraining && late.has(req.socket) && !WATCH_PATH.test(req.url ?? '/')) {
        return refuseLate(req, res);
      }
      // Programs call the gateway by any name; its panel path checks the origin by itself, with the session.
      const target = req.url ?? '/';
      if (parts.gateway?.handles(target) && (role === 'all' || isServed(role, target))) {
        parts.gateway.handle(req, res);
        return;
      }
      const requestId = assignRequestId(req, res);
      route(req, res).catch((error: unknown) => {
        container.log.error({ err: error, requestId }, 'A request failed.');
        sendError(res, toPublicError(error));
      });
    },
  );
  http.headersTimeout = timeouts.headersMs;
  http.requestTimeout = timeouts.requestMs;
  http.keepAliveTimeout = timeouts.keepAliveMs;
  http.maxConnections = MAX_CONNECTIONS;
  const connections = new OpenConnections(http);
  http.on('clientError', answerBrokenRequest);
  http.on('connection', (socket) => {
    if (isDraining) late.add(socket);
  });
  return {
    http,
    connections,
    beginDrain() {
      isDraining = true;
      for (const res of subscriptions) res.destroy();
    },
  };
}

/** Whoever comes while the process ends is told to try again: the next one, or another, will answer. */
function refuseLate(req: IncomingMessage, res: ServerResponse): void {
  assignRequestId(req, res);
  res.setHeader('connection', 'close');
  const refusal = fromCode('service_unavailable', 'The server is restarting. Try again shortly.');
  // Not before all has come: the answer closes the connection.
  req.once('end', () => sendError(res, { ...refusal, retryAfterSeconds: 2 }));
  discardRest(req);
}

function isSubscription(req: IncomingMessage): boolean {
  return req.headers.accept?.includes('text/event-stream') === true;
}

function keepUntilClosed(set: Set<ServerResponse>, res: ServerResponse): void {
  set.add(res);
  res.once('close', () => set.delete(res));
}

/** Collapses repeated slashes of API paths, in the request too, and returns the path. */
function normalisePath(req: IncomingMessage): string {
  const target = req.url ?? '/';
  // The absolute form is what clients of proxies send.
  const relative = target.startsWith('/') ? target : (pathOf(target) ?? '/');
  const [rawPath = '/'] = relative.split('?', 1);
  const collapsed = rawPath.replace(/\/{2,}/g, '/');
  const pathname = API_PATH.test(collapsed) ? collapsed : rawPath;
  req.url = pathname + relative.slice(rawPath.length);
  return pathname;
}

function pathOf(target: string): string | undefined {
  const url = URL.parse(target);
  return url === null ? undefined : url.pathname + url.search;
}

/** Why a browser's request is not answered, or null. */
function findRefusal(container: Container, req: IncomingMessage, pathname: string): AppError | null {
  const { guard } = container;
  // With a key, no cookie counts; and a page of another site has no key to send.
  if (managementKey(req) !== null) return null;
  if (!guard.isHostAllowed(req)) {
    return new AppError(
      'origin_not_allowed',
      'This host name is not allowed. Set PUBLIC_URL to the address that people use.',
    );
  }
  const isProtected =
    pathname.startsWith('/trpc/') || readSessionCookie(container.deps(), req.headers.cookie) !== null;
  if (isStateChange(req.method) && isProtected && !guard.isOriginAllowed(req)) {
    return new AppError('origin_not_allowed', 'This change was asked for by a page of another site.');
  }
  return null;
}

function isSecure({ env, trustProxy }: Container, req: IncomingMessage): boolean {
  return env.publicUrl?.protocol === 'https:' || isSecureRequest(req, trustProxy);
}
