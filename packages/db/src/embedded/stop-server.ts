import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/**
 * PostgreSQL's own meanings: a fast shutdown, which writes everything out; an immediate one, after which the
 * next start recovers from the log; and the end of the process, which comes to the same.
 */
const escalation = [
  { signal: 'SIGINT', waitMs: 8_000 },
  { signal: 'SIGQUIT', waitMs: 8_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

export interface StoppableServer {
  /** Sends the signal if the server still runs, having made sure that the receiver is that server. */
  signal(name: NodeJS.Signals): Promise<void>;
  hasEnded(): Promise<boolean>;
}

/**
 * Ends a server, politely first.
 *
 * @throws EmbeddedPostgresError when it is still there after all that.
 */
export async function stopServer(server: StoppableServer): Promise<void> {
  for (const { signal, waitMs } of escalation) {
    if (await server.hasEnded()) return;
    await server.signal(signal);
    const waitUntil = performance.now() + waitMs;
    while (performance.now() < waitUntil) {
      if (await server.hasEnded()) return;
      await sleep(20);
    }
  }
  throw new EmbeddedPostgresError('The database server cannot be ended.');
}
