import { Worker } from 'node:worker_threads';
import type { ScannedBody } from '../body/scan-body.ts';
import type { CountJob, CountResult } from './count-worker.ts';

/** Counts tokens where an upstream reports none. Calls billed by it are marked `estimated`. Never rejects. */
export interface TokenEstimator {
  /** Of a request's prompt. */
  prompt(request: ScannedBody): Promise<number>;
  /** Of a whole answer. */
  answer(answer: ScannedBody): Promise<number>;
  close(): Promise<void>;
}

export interface TokenEstimatorOptions {
  /** After this long an estimate is made without the tokenizer. */
  deadlineMs?: number;
  /** The worker, and its memory with it, is given back after this long without work. */
  idleMs?: number;
  /** For tests: a worker that fails. */
  workerFile?: URL;
}

/** More jobs than this are not queued: the rest is estimated without the tokenizer. */
const MAX_WAITING = 256;
const MAX_HEAP_MIB = 512;
/** Mean of English (one token to four characters) and Chinese (three bytes to a character). */
const BYTES_PER_TOKEN = 4;

/**
 * The tokenizer runs in a thread of its own, started by the first body to count: estimates are rare, since
 * upstreams report usage, but one text may take long. A missed deadline ends the thread, unless it was
 * still starting.
 */
export function createTokenEstimator(options: TokenEstimatorOptions = {}): TokenEstimator {
  const { deadlineMs = 2000, idleMs = 60_000 } = options;
  const workerFile = options.workerFile ?? new URL('count-worker.ts', import.meta.url);
  const waiting = new Map<number, (tokens: number | null) => void>();
  let worker: Worker | null = null;
  let isReady = false;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  /** Ends the thread; whoever waits for it goes without. */
  async function stop(): Promise<void> {
    clearTimeout(idle);
    const stopped = worker;
    worker = null;
    isReady = false;
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
    await stopped?.terminate();
  }

  function start(): Worker {
    const started = new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB } });
    started.unref();
    started.on('message', ({ id, tokens }: CountResult) => {
      if (worker !== started) return;
      isReady = true;
      waiting.get(id)?.(tokens);
      waiting.delete(id);
      clearTimeout(idle);
      if (waiting.size === 0) idle = setTimeout(() => void stop(), idleMs).unref();
    });
    const onEnd = () => {
      if (worker === started) void stop();
    };
    started.on('error', onEnd);
    started.on('exit', onEnd);
    return started;
  }

  async function count(kind: CountJob['kind'], { bytes }: ScannedBody): Promise<number | null> {
    if (waiting.size >= MAX_WAITING) return null;
    clearTimeout(idle);
    worker ??= start();
    lastId += 1;
    const id = lastId;
    const { promise, resolve } = Promise.withResolvers<number | null>();
    waiting.set(id, resolve);
    // A copy of these bytes alone; without it, everything would be copied that shares their memory.
    const job: CountJob = { id, kind, bytes: new Uint8Array(bytes) };
    worker.postMessage(job, [job.bytes.buffer]);
    const deadline = setTimeout(() => {
      // A thread that is still loading its tables is of use to the next.
      if (isReady) void stop();
      waiting.delete(id);
      resolve(null);
    }, deadlineMs);
    const tokens = await promise;
    clearTimeout(deadline);
    return tokens;
  }

  return {
    prompt: async (request) => (await count('prompt', request)) ?? byBytes(request),
    answer: async (answer) => (await count('answer', answer)) ?? byBytes(answer),
    close: stop,
  };
}

/** Without looking at the text: a token to four bytes of it, media left out. */
function byBytes({ byteLength, media }: ScannedBody): number {
  const textBytes = byteLength - media.imageBytes - media.soundBytes - media.otherBytes;
  return Math.ceil(textBytes / BYTES_PER_TOKEN);
}
