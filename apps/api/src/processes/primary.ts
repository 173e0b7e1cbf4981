import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { newId } from '@aigc/shared/ids';
import { createThrottle } from '@aigc/core/sessions/throttle';
import { openPart, type AppOptions } from '../app.ts';
import type { Container } from '../container.ts';
import { newInternalToken } from '../client-address.ts';
import { startJobs } from '../jobs/start-jobs.ts';
import { createLimitOwner } from '../limits/shared/limit-owner.ts';
import { METRICS_TOPIC } from '../metrics/report.ts';
import type { Shutdown } from '../shutdown.ts';
import { prepareDatabase, prepareInstallation } from '../prepare-installation.ts';
import { createMetricsDesk } from './metrics-desk.ts';
import { runsJobs } from '../role.ts';
import { recoverProcess } from './recover-process.ts';
import { reservePort } from './reserve-port.ts';
import { createOwnParts } from './shared-parts.ts';
import { collectFrom } from './shared-peers.ts';
import { createTestDesk } from './shared-tests.ts';
import { startWorkers, type RunningWorker, type WorkerStartError } from './worker-pool.ts';

/** The installation as its primary process sees it: the workers serve. */
export interface Primary {
  /** Where people reach it. */
  origin: string;
  setupToken: string | null;
  container: Container;
  /** Resolves when workers cannot be kept running. */
  hopeless: Promise<WorkerStartError>;
  stop(forced?: AbortSignal): Promise<void>;
}

const RECOVERY_RETRY_MS = 1_000;

/** Prepares the installation once and lets as many processes serve it as the environment says. */
export async function startPrimary(options: AppOptions, ending: Shutdown): Promise<Primary> {
  const { env, log, connectionString } = options;
  const { workers } = env;
  const port = await reservePort(env.host, env.port);
  const part = await openPart(options, {
    secrets: (orm) => prepareDatabase(orm, options),
    shared: createOwnParts(),
  });
  return part.closeOnFailure(async () => {
    const { container } = part;
    container.ownPorts.add(port);
    const setupToken = await prepareInstallation(container, options.report);
    const internalToken = newInternalToken();
    const throttle = createThrottle();
    const tests = createTestDesk();
    const metrics = createMetricsDesk(() => pool.workers());
    const stopping = new AbortController();
    const limits = createLimitOwner({
      workers,
      recall: (worker, id) => findWorker(worker)?.channel.ask('limits.recall', id) ?? Promise.reject(gone),
    });
    const pool = startWorkers({
      count: workers,
      log,
      start: () => ({ connectionString, port, internalToken, instanceId: newId('ins') }),
      connect,
      async onEnd({ id, instanceId }) {
        limits.forget(id);
        tests.forget(id);
        metrics.retire(id);
        await recoverInTime(instanceId);
      },
    });

    /** Without the database nothing can be entered, and no successor could start. */
    async function recoverInTime(instanceId: string): Promise<void> {
      while (!stopping.signal.aborted) {
        try {
          return await recoverProcess(container, instanceId, stopping.signal);
        } catch (error) {
          if (!isDatabaseUnavailable(error)) throw error;
          log.warn({ err: error }, 'A dead worker is replaced once the database answers.');
          await delay(RECOVERY_RETRY_MS);
        }
      }
    }

    function findWorker(id: number): RunningWorker | undefined {
      return pool.workers().find((worker) => worker.id === id);
    }

    function connect({ id, channel }: RunningWorker): void {
      channel.onAsk('limits.admit', (ask) => limits.admit(id, ask));
      channel.onTell('limits.settle', (reports) => limits.settle(id, reports));
      channel.onAsk('throttle.enter', (attempt) => throttle.enter(attempt));
      channel.onTell('throttle.succeed', (attempt) => throttle.succeed(attempt));
      channel.onAsk('test.enter', (userId) => tests.enter(id, userId));
      channel.onTell('test.begin', (test) => tests.begin(test));
      channel.onTell('test.end', (test) => tests.end(test));
      channel.onAsk('peers.collect', (topic) => {
        if (topic === METRICS_TOPIC) return metrics.collect();
        const channels = pool.workers().map((worker) => worker.channel);
        return collectFrom(channels, topic);
      });
    }

    async function stop(forced?: AbortSignal): Promise<void> {
      stopping.abort();
      await Promise.all([pool.stop(forced), jobs?.stop()]);
      limits.close();
      await part.close();
    }

    // An end during the start has no server yet that it could close.
    const interrupted = new Promise<never>((_, reject) => {
      ending.requested.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
    });
    const origin = await Promise.race([pool.ready, interrupted]).catch(async (error: unknown) => {
      stopping.abort();
      await pool.stop(ending.forced);
      limits.close();
      throw error;
    });
    const jobs = runsJobs(env.role) ? startJobs(container) : null;
    return { origin, setupToken, container, hopeless: pool.hopeless, stop };
  });
}

const gone = new Error('the worker is gone');
