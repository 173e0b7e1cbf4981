import cluster, { type Worker } from 'node:cluster';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { createChannel, type Channel } from './channel.ts';
import type { ToPrimary, ToWorker, WorkerStart } from './messages.ts';

export type WorkerChannel = Channel<ToWorker, ToPrimary>;

/** A worker process as the primary one sees it. Its id is never used again. */
export interface RunningWorker {
  id: number;
  instanceId: string;
  channel: WorkerChannel;
}

export interface WorkerPoolOptions {
  count: number;
  log: Log;
  /** What a new worker is told to begin with. */
  start: () => WorkerStart;
  /** Answers a new worker's questions. */
  connect: (worker: RunningWorker) => void;
  /** A worker has ended, and its questions go nowhere. Its successor starts when this is done. */
  onEnd: (worker: RunningWorker) => Promise<void>;
}

export interface WorkerPool {
  /** Those that run now. */
  workers(): readonly RunningWorker[];
  /** Resolves with the address once all serve. @throws WorkerStartError */
  ready: Promise<string>;
  /** Resolves when none serves and workers have ended so often that trying on is of no use. */
  hopeless: Promise<WorkerStartError>;
  /** Lets the workers finish; those that do not end in time, or when forced, are killed. */
  stop(forced?: AbortSignal): Promise<void>;
}

/** A worker cannot start; the message is for the operator. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;
/** One that served this long has not failed to start. */
const STABLE_AFTER_MS = 30_000;
/** In a row, after which the whole installation gives up. */
const MOST_FAILURES = 8;
/** Longer than a worker's own bounds for ending. */
const STOP_MS = 45_000;
const FORCED_STOP_MS = 10_000;

/** Keeps `count` workers running until it is stopped. */
export function startWorkers(options: WorkerPoolOptions): WorkerPool {
  const { count, log, start, connect, onEnd } = options;
  const running = new Map<number, RunningWorker & { process: Worker; serving: boolean }>();
  const ended = new Set<Promise<void>>();
  const ready = Promise.withResolvers<string>();
  const hopeless = Promise.withResolvers<WorkerStartError>();
  // Whoever stops before all serve does not wait for it.
  ready.promise.catch(() => {});
  let isReady = false;
  let isStopping = false;
  let failures = 0;
  let lastMessage: string | undefined;

  function giveUp(worker: string): void {
    const message = lastMessage ?? `A worker process ended ${worker} before it could serve.`;
    const error = new WorkerStartError(message);
    if (isReady) hopeless.resolve(error);
    else ready.reject(error);
  }

  function spawn(): void {
    if (isStopping) return;
    const child = cluster.fork();
    const channel: WorkerChannel = createChannel((message) => {
      // It may have ended; that is noticed elsewhere.
      if (child.isConnected()) child.send(message as object, () => {});
    });
    child.on('error', () => {});
    const begin = start();
    const worker = { id: child.id, instanceId: begin.instanceId, channel, process: child, serving: false };
    running.set(worker.id, worker);
    let servedAtMs = Number.POSITIVE_INFINITY;
    child.on('message', (message: unknown) => channel.receive(message));
    channel.onTell('serving', ({ origin }) => {
      worker.serving = true;
      servedAtMs = performance.now();
      lastMessage = undefined;
      log.info({ worker: worker.id, pid: child.process.pid }, 'A worker serves.');
      if ([...running.values()].filter((each) => each.serving).length < count || isReady) return;
      isReady = true;
      ready.resolve(origin);
    });
    channel.onTell('failed', ({ message }) => (lastMessage = message));
    connect(worker);
    channel.tell('start', begin);
    const end = Promise.withResolvers<void>();
    ended.add(end.promise);
    child.once('exit', (code: number, signal: string | null) => {
      void replace(code === null || signal ? `by ${signal}` : `with code ${code}`).finally(() => {
        ended.delete(end.promise);
        end.resolve();
      });
    });

    async function replace(how: string): Promise<void> {
      running.delete(worker.id);
      channel.close();
      const wasStable = performance.now() - servedAtMs > STABLE_AFTER_MS;
      failures = worker.serving && wasStable ? 0 : failures + 1;
      if (!isStopping) log.error({ worker: worker.id, pid: child.process.pid }, `A worker ended ${how}.`);
      await onEnd(worker).catch((error: unknown) => {
        log.error({ err: error }, 'What a worker left behind could not be put in order.');
      });
      if (isStopping) return;
      // As long as others serve, trying on does no harm: the database may be away, and they go on without it.
      const isAlone = ![...running.values()].some((each) => each.serving);
      if (!isReady || (failures > MOST_FAILURES && isAlone && !worker.serving)) return giveUp(how);
      // One that had served is replaced at once: it did not fail to start.
      const wait = worker.serving ? 0 : FIRST_RETRY_MS * 2 ** (failures - 1);
      void delay(Math.min(LONGEST_RETRY_MS, wait)).then(spawn);
    }
  }

  for (let number = 0; number < count; number += 1) spawn();
  return {
    workers: () => [...running.values()],
    ready: ready.promise,
    hopeless: hopeless.promise,
    async stop(forced) {
      isStopping = true;
      for (const { channel } of running.values()) channel.tell('stop', null);
      const force = (): void => {
        for (const { channel } of running.values()) channel.tell('force', null);
      };
      if (forced?.aborted) force();
      forced?.addEventListener('abort', force, { once: true });
      const all = Promise.all(ended);
      const isForced = new Promise((resolve) => forced?.addEventListener('abort', resolve, { once: true }));
      const patience = forced?.aborted
        ? delay(0)
        : Promise.race([delay(STOP_MS, null, { ref: false }), isForced]);
      await Promise.race([all, patience.then(() => delay(FORCED_STOP_MS, null, { ref: false }))]);
      for (const { process: child } of running.values()) child.process.kill('SIGKILL');
      await all;
    },
  };
}
