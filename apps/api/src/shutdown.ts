import type { Log } from './log.ts';

export interface ShutdownOptions {
  log: Log;
  say: (line: string) => void;
}

/** The end of the process, from a signal to the exit code. */
export interface Shutdown {
  /** Aborted once an end was asked for. */
  requested: AbortSignal;
  /** Aborted once it was asked for again: nothing that runs is waited for any more. */
  forced: AbortSignal;
  /** Run at the end, last registered first. */
  onClose(close: () => Promise<void>): void;
  /**
   * Listens to signals, to the launcher's channel, and to errors that nobody caught. A worker is told by its primary
   * process instead: a Ctrl-C at the terminal reaches both.
   */
  listen(options?: { isWorker: boolean }): void;
  /** Asks for the end, as the first signal does. */
  request(): void;
  /** Asks for it at once, as the second one does. */
  force(): void;
  /** From now on an end closes what was registered; before, the start has to notice it and return. */
  markStarted(): void;
  /** Closes everything and exits. Calls after the first wait for it. */
  run(exitCode: number): Promise<void>;
}

/** Longer than the drain of calls, which is bounded by itself; a database may need some seconds to stop. */
const FORCE_EXIT_AFTER_MS = 60_000;

export function createShutdown({ log, say }: ShutdownOptions): Shutdown {
  const closers: (() => Promise<void>)[] = [];
  const requested = new AbortController();
  const forced = new AbortController();
  let isStarted = false;
  let running: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error }, 'A part did not close.');
      }
    }
  }

  async function closeAndExit(exitCode: number): Promise<void> {
    const timer = setTimeout(() => {
      log.error('Closing takes too long; the process ends now.');
      process.exit(1);
    }, FORCE_EXIT_AFTER_MS);
    timer.unref();
    await closeAll();
    process.exit(exitCode);
  }

  function run(exitCode: number): Promise<void> {
    running ??= closeAndExit(exitCode);
    return running;
  }

  function request(): void {
    requested.abort();
    if (isStarted) void run(0);
  }

  function onSignal(): void {
    if (forced.signal.aborted) process.exit(1);
    if (!requested.signal.aborted) {
      say('Stopping once running calls have ended. Press Ctrl-C again to cut them off.');
      request();
      return;
    }
    say('Stopping at once.');
    force();
  }

  function force(): void {
    requested.abort();
    forced.abort();
    // A start that hangs notices nothing.
    void run(isStarted ? 0 : 1);
  }

  function onCrash(error: unknown): void {
    log.fatal({ err: error }, 'An error that nobody caught ends the process.');
    requested.abort();
    forced.abort();
    void run(1);
  }

  return {
    requested: requested.signal,
    forced: forced.signal,
    onClose: (close) => void closers.push(close),
    request,
    force,
    listen({ isWorker } = { isWorker: false }) {
      process.on('uncaughtException', onCrash);
      process.on('unhandledRejection', onCrash);
      if (isWorker) {
        process.on('SIGINT', () => {});
        process.on('SIGTERM', request);
        return;
      }
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      if (process.connected) {
        // The launcher is gone, even by kill -9. Its channel alone must not keep this process alive.
        process.on('disconnect', request);
        process.channel?.unref();
      }
    },
    markStarted() {
      isStarted = true;
      if (requested.signal.aborted) void run(0);
    },
    run,
  };
}
