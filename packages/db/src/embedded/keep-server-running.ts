import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningServer } from './running-server.ts';

const firstPauseMs = 500;
const longestPauseMs = 30_000;

export interface KeepRunningOptions {
  bringUp: (signal: AbortSignal) => Promise<RunningServer>;
  report: (message: string) => void;
}

/**
 * Starts the server again whenever it ends without being asked to (the kernel ran out of memory and killed
 * it, say), for nobody else would. Returns the function that stops it for good.
 */
export function keepServerRunning(first: RunningServer, options: KeepRunningOptions): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stopRequested = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const watch = async (): Promise<void> => {
    let server: RunningServer | undefined = first;
    while (server) {
      await Promise.race([server.ended, stopRequested]);
      if (signal.aborted) return server.stop();
      options.report('The database server ended unexpectedly; starting it again…');
      server = await bringUpAgain(options, signal);
    }
  };
  const watched = watch();
  // Whoever calls stop gets its failure; until then there is nobody to tell.
  watched.catch(() => undefined);
  return () => {
    stopping.abort();
    return watched;
  };
}

/** Tries until it works; undefined when a stop was requested meanwhile. */
async function bringUpAgain(
  options: KeepRunningOptions,
  signal: AbortSignal,
): Promise<RunningServer | undefined> {
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await options.bringUp(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      options.report(
        `The database server cannot be started: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    await sleep(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
  }
  return undefined;
}
