import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { recoverDeadCalls } from '@aigc/core/calls/recover-calls';
import { seedCatalogue } from '@aigc/core/providers/seed-catalogue';
import { deleteExpiredSessions } from '@aigc/core/sessions/delete-expired-sessions';
import { applyEnvironment } from '@aigc/core/settings/apply-environment';
import { issueSetupToken } from '@aigc/core/setup/setup-token';
import { migrate } from '@aigc/db/migrate';
import type { Orm } from '@aigc/db/orm';
import { clientAddress } from './client-address.ts';
import { createContainer, type Container } from './container.ts';
import type { Env } from './env.ts';
import { createGateway } from './gateway/gateway.ts';
import { isLoopbackHost } from './http/loopback.ts';
import { loadSecrets } from './load-secrets.ts';
import type { Log } from './log.ts';
import { openDatabase } from './open-database.ts';
import { provisionFromEnv } from './provision-from-env.ts';
import { createRest } from './rest/rest.ts';
import { createServer } from './server.ts';
import { sessionActor } from './session-actor.ts';
import { loadPanel, type PanelHandler } from './web-panel.ts';

export interface AppOptions {
  env: Env;
  log: Log;
  connectionString: string;
  /** Gets a line for every step that people may want to follow. */
  report: (line: string) => void;
  /** Gives up waiting for the database. */
  signal?: AbortSignal | undefined;
}

/** The running product. */
export interface App {
  /** Where people reach it, e.g. `http://127.0.0.1:8000`. */
  origin: string;
  /** Of the server itself; `origin` may name a proxy's. */
  port: number;
  container: Container;
  /** Null: set-up is done. */
  setupToken: string | null;
  /** Finishes what runs, within a bound, and closes everything but the database server. */
  stop(forced?: AbortSignal): Promise<void>;
}

/** How long running calls may take to end when the process is asked to stop. */
const DRAIN_MS = 30_000;
/** The same for requests of the panel, which are short. */
const PANEL_DRAIN_MS = 3_000;
/** And how long cut-off calls may take to be settled. */
const SETTLE_CUT_OFF_MS = 5_000;
const CLOSE_IDLE_EVERY_MS = 50;
/** A connection that was lost without a word may never be given back to its pool: the end does not wait for it. */
const CLOSE_MS = 5_000;

/** Brings the product up on a database that answers: migrations, keys, recovery, first data, and the server. */
export async function startApp(options: AppOptions): Promise<App> {
  const orm = await openDatabase(options);
  try {
    return await startOn(orm, options);
  } catch (error) {
    await orm.close(true).catch(() => {});
    throw error;
  }
}

async function startOn(orm: Orm, { env, log, connectionString, report }: AppOptions): Promise<App> {
  const applied = await migrate(orm);
  if (applied.length > 0) log.info({ migrations: applied }, 'The database was brought up to date.');
  const secrets = await loadSecrets(env, orm.em.fork());
  const { platformName, defaultLocale, registration } = env;
  await applyEnvironment(orm.em.fork(), { platformName, defaultLocale, registration }, env.currency);
  const container = await createContainer({ env, log, orm, secrets, connectionString });
  try {
    await deleteExpiredSessions(orm.em.fork());
    const ended = await recoverDeadCalls(orm.em.fork(), container.instanceId);
    if (ended > 0) report(`Ended ${ended} calls that a stopped process had left open.`);
    await provisionFromEnv(container, report);
    const { added } = await seedCatalogue(container.deps(), env.providerKeys);
    if (added.length > 0) log.info({ providers: added }, 'Providers were added.');
    const setupToken = await issueSetupToken(orm.em.fork());
    const server = await serve(container);
    return {
      origin: server.origin,
      port: server.port,
      container,
      setupToken,
      async stop(forced) {
        await server.stop(forced);
        const closed = container.close().then(() => orm.close(true));
        await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })]);
      },
    };
  } catch (error) {
    await container.close();
    throw error;
  }
}

type RunningServer = Pick<App, 'origin' | 'port' | 'stop'>;

async function serve(container: Container): Promise<RunningServer> {
  const { env, log, orm, secrets, outbound, instanceId, trustProxy } = container;
  const gateway = createGateway({
    orm,
    secrets,
    outbound,
    instanceId,
    log,
    clientAddress: (req) => clientAddress(req, trustProxy),
    sessionActor: (req) => sessionActor(container, req),
  });
  let panel: PanelHandler | null = null;
  const { http, beginDrain } = createServer(container, {
    gateway,
    rest: createRest(container),
    panel: () => panel,
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(env.port, env.host, () => {
      http.off('error', reject);
      resolve();
    });
  });
  const { port } = http.address() as AddressInfo;
  container.ownPorts.add(port);
  const { internalToken } = trustProxy;
  panel = await loadPanel({ apiOrigin: `http://${loopbackOf(env.host)}:${port}`, internalToken });
  return {
    origin: env.publicUrl?.origin ?? `http://${visibleHost(env.host)}:${port}`,
    port,
    async stop(forced) {
      beginDrain();
      const closed = new Promise<boolean>((resolve) => http.close(() => resolve(true)));
      // Connections that wait for their next request end now; the others after their answer.
      const closing = setInterval(() => http.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
      const isDrained = await Promise.race([gateway.drain(DRAIN_MS), aborted(forced)]);
      if (!isDrained) log.warn('Calls that did not end in time were cut off.');
      await Promise.race([closed, aborted(forced), delay(PANEL_DRAIN_MS)]);
      clearInterval(closing);
      http.closeAllConnections();
      await closed;
      // Their clients are gone now, so they end at once; the database must not close before they are written.
      await gateway.drain(SETTLE_CUT_OFF_MS);
    },
  };
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
