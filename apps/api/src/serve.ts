import cluster from 'node:cluster';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findAccountId } from '@aigc/core/billing/find-account-id';
import { clientAddress } from './client-address.ts';
import { openCallParts, type CallParts } from './call-parts.ts';
import type { Container } from './container.ts';
import type { Env } from './env.ts';
import { createGateway } from './gateway/gateway.ts';
import { createTokenEstimator } from './gateway/tokens/token-estimator.ts';
import { isLoopbackHost } from './http/loopback.ts';
import { createMetricsEndpoint } from './metrics/metrics-endpoint.ts';
import { createRest } from './rest/rest.ts';
import { createServer } from './server.ts';
import { sessionActor } from './session-actor.ts';
import { loadPanel, type PanelHandler } from './web-panel.ts';

/** How long running calls may take to end when the process is asked to stop. */
const DRAIN_MS = 30_000;
/** The same for requests of the panel, which are short. */
const PANEL_DRAIN_MS = 3_000;
/** And how long cut-off calls may take to be settled, and their clients to be told. */
const SETTLE_CUT_OFF_MS = 5_000;
const CLOSE_IDLE_EVERY_MS = 50;
/** Connections that were made before the port closes, and have not been accepted yet, would be reset by the kernel. */
const LATE_MS = 250;

/**
 * Each worker has a socket of its own on the port, and the kernel spreads connections over them. Through the primary
 * process, a connection that is being handed to a worker that dies would stay open, unanswered, for ever.
 */
const SHARES_PORT = cluster.isWorker && process.platform === 'linux';

export interface RunningServer {
  /** Where people reach it, e.g. `http://127.0.0.1:8000`. */
  origin: string;
  /** Of the server itself; `origin` may name a proxy's. */
  port: number;
  calls: CallParts;
  /** Finishes what runs, within a bound. */
  stop(forced?: AbortSignal): Promise<void>;
}

/** Serves gateway, panel and their API on the configured address. */
export async function serve(container: Container): Promise<RunningServer> {
  const { env, log, trustProxy } = container;
  const calls = await openCallParts(container);
  container.refreshSnapshot = () => calls.snapshot.refresh();
  const tokens = createTokenEstimator();
  const gateway = createGateway({
    snapshot: calls.snapshot,
    limiter: container.limiter,
    books: calls.books,
    outbound: container.outbound,
    accessTokens: container.accessTokens,
    claims: calls.claims,
    bodies: calls.bodies,
    health: container.upstreamHealth,
    tokens,
    metrics: container.metrics.calls,
    log,
    clientAddress: (req) => clientAddress(req, trustProxy),
    sessionActor: (req) => sessionActor(container, req),
    accountOf: (organisationId) => findAccountId(container.orm.em.fork(), organisationId),
  });
  let isDraining = false;
  const metrics = createMetricsEndpoint(container, {
    calls,
    runningCalls: () => gateway.running,
    isDraining: () => isDraining,
  });
  let panel: PanelHandler | null = null;
  const { http, connections, beginDrain } = createServer(container, {
    calls,
    gateway,
    rest: createRest(container),
    metrics,
    panel: () => panel,
  });
  try {
    await listen(http, env);
  } catch (error) {
    await calls.close();
    throw error;
  }
  const { port } = http.address() as AddressInfo;
  container.ownPorts.add(port);
  const { internalToken } = trustProxy;
  panel = await loadPanel({ apiOrigin: `http://${loopbackOf(env.host)}:${port}`, internalToken });
  return {
    origin: env.publicUrl?.origin ?? `http://${visibleHost(env.host)}:${port}`,
    port,
    calls,
    async stop(forced) {
      const stoppedAtMs = performance.now();
      isDraining = true;
      beginDrain();
      // Connections that wait for their next request end now; the others after their answer.
      const closing = setInterval(() => connections.closeIdle(), CLOSE_IDLE_EVERY_MS);
      const ended = Promise.all([gateway.drain(DRAIN_MS), delay(LATE_MS)]).then(([isDrained]) => isDrained);
      const isDrained = await Promise.race([ended, aborted(forced)]);
      if (!isDrained) {
        log.warn('Calls that did not end in time were cut off.');
        if (forced?.aborted !== true) {
          gateway.cutOff();
          await gateway.drain(SETTLE_CUT_OFF_MS);
        }
      }
      await Promise.race([connections.sent(DRAIN_MS - (performance.now() - stoppedAtMs)), aborted(forced)]);
      // Not before: whoever watches is told until then that this process is draining.
      const closed = new Promise<boolean>((resolve) => http.close(() => resolve(true)));
      await Promise.race([closed, aborted(forced), delay(PANEL_DRAIN_MS)]);
      clearInterval(closing);
      http.closeAllConnections();
      await closed;
      // Their clients are gone now, so they end at once; the database must not close before they are written.
      await gateway.drain(SETTLE_CUT_OFF_MS);
      metrics.close();
      await tokens.close();
      await calls.close();
    },
  };
}

function listen(http: Server, { port, host }: Pick<Env, 'port' | 'host'>): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port, host, reusePort: SHARES_PORT }, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

/** False once the signal is aborted; without one, never. */
function aborted(signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve(false);
    signal?.addEventListener('abort', () => resolve(false), { once: true });
  });
}

/** How this process reaches itself. */
function loopbackOf(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === 'localhost') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** How a person on this machine reaches it. */
function visibleHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isLoopbackHost(host) && host.includes(':') ? `[${host}]` : host;
}
