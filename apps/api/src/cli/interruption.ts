import { EXIT } from './cli-error.ts';

/** An end that was asked for from outside: by Ctrl-C, a signal, or because the launcher or the reader of the output is gone. */
export interface Interruption {
  signal: AbortSignal;
  /** Whether the output has nobody to read it any more, which is how `… | head` ends. */
  isReaderGone(): boolean;
}

/** Listens for interruptions of this process. The first lets the command clean up; the second ends it at once. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController();
  let isReaderGone = false;
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  if (process.connected) {
    process.on('disconnect', () => controller.abort());
    // Listening would keep the process alive.
    process.channel?.unref();
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isReaderGone = true;
    controller.abort();
  });
  return { signal: controller.signal, isReaderGone: () => isReaderGone };
}
