import { createThrottle, type Throttle } from '@aigc/core/sessions/throttle';
import { openPart, type AppOptions } from '../app.ts';
import { createFallbackLimiter } from '../limits/fallback-limiter.ts';
import type { Limiter } from '../limits/limiter.ts';
import { createMemoryLimiter } from '../limits/memory-limiter.ts';
import { openLimiter } from '../limits/open-limiter.ts';
import { createWorkerLimiter } from '../limits/shared/worker-limiter.ts';
import { loadSecrets } from '../load-secrets.ts';
import type { Log } from '../log.ts';
import type { Env } from '../env.ts';
import { isOperatorError, operatorMessage } from '../operator-error.ts';
import { serve } from '../serve.ts';
import type { Shutdown } from '../shutdown.ts';
import { createTestLimiter } from '../trpc/test-limiter.ts';
import { createChannel, type Channel } from './channel.ts';
import type { ToPrimary, ToWorker, WorkerStart } from './messages.ts';
import type { SharedParts } from './shared-parts.ts';
import { createSharedPeers } from './shared-peers.ts';
import { createSharedTestLimiter } from './shared-tests.ts';
import { within } from './within.ts';

type PrimaryChannel = Channel<ToPrimary, ToWorker>;

/** The primary process does little else, so silence means that it hangs; calls go on without it. Longer than recalls take. */
const LIMIT_DEADLINE_MS = 2_000;
/** The same for sign-ins and tests, which this process counts by itself then. */
const ASK_MS = 2_000;

export interface WorkerOptions {
  env: Env;
  log: Log;
  ending: Shutdown;
}

/** Serves as one of several processes. What is needed for it comes from the primary process. */
export async function runWorker({ env, log, ending }: WorkerOptions): Promise<void> {
  const channel: PrimaryChannel = createChannel((message) => {
    // A primary process that is gone ends this one.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  });
  process.on('message', (message) => channel.receive(message));
  channel.onTell('stop', () => ending.request());
  channel.onTell('force', () => ending.force());
  try {
    const start = await new Promise<WorkerStart>((resolve) => channel.onTell('start', resolve));
    await serveAs(start, { env, log, ending, channel });
  } catch (error) {
    const message = error instanceof Error && isOperatorError(error) ? operatorMessage(error) : undefined;
    if (message === undefined) throw error;
    channel.tell('failed', { message });
    // The message leaves with the end of this turn.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await ending.run(1);
  }
}

async function serveAs(
  start: WorkerStart,
  { env, log, ending, channel }: WorkerOptions & { channel: PrimaryChannel },
): Promise<void> {
  const options: AppOptions = {
    env: { ...env, port: start.port },
    log,
    connectionString: start.connectionString,
    report: () => undefined,
    signal: ending.requested,
  };
  const limiter = env.redisUrl === null ? shareLimits(channel, log) : await openLimiter(env.redisUrl, log);
  const shared = shareWith(channel, start, limiter);
  const part = await openPart(options, { secrets: (orm) => loadSecrets(env, orm.em.fork()), shared });
  ending.onClose(part.close);
  const server = await serve(part.container);
  ending.onClose(() => server.stop(ending.forced));
  channel.tell('serving', { origin: server.origin });
}

function shareWith(
  channel: PrimaryChannel,
  { instanceId, internalToken }: WorkerStart,
  limiter: Limiter,
): SharedParts {
  const localThrottle = createThrottle();
  const signInThrottle: Throttle = {
    enter: (attempt) =>
      within(ASK_MS, channel.ask('throttle.enter', attempt)).catch(() => localThrottle.enter(attempt)),
    succeed: (attempt) => channel.tell('throttle.succeed', attempt),
  };
  const testLimiter = createSharedTestLimiter(
    {
      enter: (userId) => within(ASK_MS, channel.ask('test.enter', userId)),
      begin: (id) => channel.tell('test.begin', id),
      end: (id) => channel.tell('test.end', id),
    },
    createTestLimiter(),
  );
  return {
    instanceId,
    internalToken,
    limiter,
    signInThrottle,
    testLimiter,
    peers: createSharedPeers(channel),
  };
}

function shareLimits(channel: PrimaryChannel, log: Log): Limiter {
  const remote = createWorkerLimiter({
    owner: {
      admit: (ask) => channel.ask('limits.admit', ask),
      settle: (reports) => channel.tell('limits.settle', reports),
    },
  });
  channel.onAsk('limits.recall', (id) => remote.recall(id));
  return createFallbackLimiter({
    remote,
    local: createMemoryLimiter(),
    deadlineMs: LIMIT_DEADLINE_MS,
    onChange(isRemote, error) {
      if (isRemote) log.info('Limits are counted together with the other processes again.');
      else
        log.warn({ err: error }, 'Limits are counted in this process alone: the primary process is silent.');
    },
  });
}
