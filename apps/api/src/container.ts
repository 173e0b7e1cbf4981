import type { UpstreamDeps } from '@aigc/core/upstreams/upstream-address';
import { INSTANCE_LOCK_KEY } from '@aigc/core/calls/recover-calls';
import type { Secrets } from '@aigc/core/secrets/secrets';
import { readSettings, SETTINGS_CHANNEL, type Settings } from '@aigc/core/settings/settings';
import type { Throttle } from '@aigc/core/sessions/throttle';
import { listen, type NotificationHub } from '@aigc/db/listen';
import type { Orm } from '@aigc/db/orm';
import { checkLiteralAddress } from './check-literal-address.ts';
import { createTrustProxy, type TrustProxy } from './client-address.ts';
import type { Env } from './env.ts';
import { HealthRegister } from './gateway/routing/health-register.ts';
import { HealthDesk } from './health/health-desk.ts';
import { createRequestGuard, type RequestGuard } from './http/request-guard.ts';
import type { Log } from './log.ts';
import { AllowList, parseAllowEntry } from './outbound/allow-list.ts';
import { AccessTokens } from './outbound/access-tokens.ts';
import { createOutbound } from './outbound/dispatcher.ts';
import type { Outbound } from './outbound/outbound.ts';
import type { Limiter } from './limits/limiter.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { loadPlugins, type Plugins } from './plugins/load-plugins.ts';
import { pluginPlaces } from './plugins/plugin-places.ts';
import type { Peers } from './processes/peers.ts';
import type { SharedParts } from './processes/shared-parts.ts';
import { AccessChanges } from './trpc/access-changes.ts';
import type { TestLimiter } from './trpc/test-limiter.ts';

/** Everything with a life of its own in this process, and what the parts of the server are made from. */
export interface Container {
  env: Env;
  log: Log;
  orm: Orm;
  secrets: Secrets;
  /** The only way out for HTTP. */
  outbound: Outbound;
  /** For upstreams that take short-lived tokens. */
  accessTokens: AccessTokens;
  /** Names this process; its holds carry it. */
  instanceId: string;
  /** NOTIFY of PostgreSQL, on one connection of its own. */
  live: NotificationHub;
  /** Of the database, for parts with connections of their own. */
  connectionString: string;
  trustProxy: TrustProxy;
  /** Which hosts are answered, and which origins may change something. */
  guard: RequestGuard;
  /** Requests, tokens and running calls, counted with all other processes. */
  limiter: Limiter;
  /** This process and its siblings. */
  peers: Peers;
  /** What this process counts. */
  metrics: Metrics;
  /** What this process knows of the upstreams that its calls have met. */
  upstreamHealth: HealthRegister;
  /** Tells whose access has changed, anywhere. */
  access: AccessChanges;
  /** How this installation is, for administrators. */
  health: () => HealthDesk;
  signInThrottle: Throttle;
  /** Bounds connection and model tests per user. */
  testLimiter: TestLimiter;
  /** Providers of third parties. */
  plugins: Plugins;
  /** What core's verbs work with: a new entity manager each time. */
  deps: () => UpstreamDeps;
  settings: () => Promise<Settings>;
  /** Puts the allow-list that administrators have saved to work, in this process. */
  refreshOutboundPolicy: () => Promise<void>;
  /** Brings what calls know in this process up to date; set by the processes that serve calls. */
  refreshSnapshot: () => Promise<void>;
  /** Ports that this installation listens on; upstream calls to them are refused. */
  ownPorts: Set<number>;
  close(): Promise<void>;
}

export interface ContainerParts {
  env: Env;
  log: Log;
  orm: Orm;
  secrets: Secrets;
  /** The database's address, for the connection that hears NOTIFY. */
  connectionString: string;
  /** What this process has in common with others. */
  shared: SharedParts;
}

/** Joins the parts. The database is migrated by now. Whoever opened `orm` closes it after the container. */
export async function createContainer(parts: ContainerParts): Promise<Container> {
  const { env, log, orm, secrets, connectionString, shared } = parts;
  const { instanceId, limiter, peers, signInThrottle, testLimiter } = shared;
  const ownPorts = databasePorts(env);
  const plugins = await loadPlugins({ sources: env.plugins, places: pluginPlaces(env), log });
  const live = await listen({
    connectionString,
    // As long as it is held, nobody takes this process for dead and ends its calls.
    lock: {
      text: `select pg_try_advisory_lock(${INSTANCE_LOCK_KEY.replace('?', '$1')}) as locked`,
      values: [instanceId],
    },
    onConnectionLost: (error) =>
      log.warn({ err: error }, 'The connection that hears notifications was lost.'),
  });
  const metrics = createMetrics();
  const outbound = createOutbound({
    onFailure: metrics.onOutboundFailure,
    onFault: (error) => log.error({ err: error }, 'What an upstream had answered could not be handled.'),
    policy: {
      allow: env.upstreamAllow ?? AllowList.empty,
      allowLoopback: env.upstreamAllowLoopback,
      allowMetadata: env.upstreamAllowMetadata,
      ownPorts: () => ownPorts,
    },
  });
  let health: HealthDesk | undefined;
  const container: Container = {
    env,
    log,
    orm,
    secrets,
    outbound,
    accessTokens: new AccessTokens({ outbound }),
    instanceId,
    live,
    connectionString,
    trustProxy: createTrustProxy(env.trustProxy, shared.internalToken),
    guard: createRequestGuard(env),
    limiter,
    peers,
    metrics,
    upstreamHealth: new HealthRegister(),
    access: new AccessChanges(live),
    health: () => (health ??= new HealthDesk(container)),
    signInThrottle,
    testLimiter,
    plugins,
    deps: () => ({ em: orm.em.fork(), secrets, checkAddress: checkLiteralAddress(outbound) }),
    settings: () => readSettings(orm.em.fork()),
    refreshOutboundPolicy: () => applyAllowList(container),
    refreshSnapshot: () => Promise.resolve(),
    ownPorts,
    async close() {
      await live.close();
      await outbound.close();
      await limiter.close();
    },
  };
  await applyAllowList(container);
  const refresh = (): void => {
    applyAllowList(container).catch((error: unknown) => {
      log.error({ err: error }, 'The outbound allow-list could not be read again.');
    });
  };
  live.subscribe(SETTINGS_CHANNEL, (key) => key === 'upstream_allow' && refresh(), refresh);
  return container;
}

/** Puts what administrators allow, beside the environment's entries, to work. */
async function applyAllowList({ outbound, env, settings, log }: Container): Promise<void> {
  const { upstreamAllow } = await settings();
  const entries = upstreamAllow.flatMap((text) => {
    try {
      return [parseAllowEntry(text)];
    } catch (error) {
      log.error({ err: error }, 'An entry of the outbound allow-list cannot be read and is left out.');
      return [];
    }
  });
  const allow = (env.upstreamAllow ?? AllowList.empty).with(new AllowList(entries));
  outbound.setPolicy({ ...outbound.policy, allow });
}

/** A database at a port of its own must not be reachable as an upstream. */
function databasePorts({ databaseUrl }: Env): Set<number> {
  if (databaseUrl === null) return new Set();
  return new Set([Number(URL.parse(databaseUrl)?.port) || 5432]);
}
