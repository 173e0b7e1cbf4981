import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { lastAnswer } from './broken-request.ts';

/** What has not asked for anything by then is not about to: browsers open connections ahead. */
const SILENT_MS = 1_000;
const LOOK_EVERY_MS = 50;

/**
 * The connections of a server, to end those that wait for nothing. Node's own `closeIdleConnections`, which this
 * replaces, also resets a connection whose first request is still on its way, and one whose client still reads the
 * end of its answer.
 */
export class OpenConnections {
  /** When each was accepted. */
  readonly #acceptedAtMs = new Map<Socket, number>();

  constructor(http: Server) {
    http.on('connection', (socket) => {
      this.#acceptedAtMs.set(socket, performance.now());
      socket.once('close', () => this.#acceptedAtMs.delete(socket));
    });
    http.closeIdleConnections = () => this.closeIdle();
  }

  /** Waits until clients have been sent every answer that is complete here, at most `timeoutMs`. */
  async sent(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (this.#acceptedAtMs.keys().some(isSending) && performance.now() < deadline)
      await delay(LOOK_EVERY_MS);
  }

  /** Ends connections that wait for their next request, or have waited for their first one for long. */
  closeIdle(): void {
    const now = performance.now();
    for (const [socket, acceptedAtMs] of this.#acceptedAtMs) {
      const answer = lastAnswer(socket);
      const isIdle =
        answer === undefined
          ? socket.bytesRead === 0 && now - acceptedAtMs > SILENT_MS
          : answer.writableFinished && answer.req.complete;
      if (isIdle) socket.destroy();
    }
  }
}

function isSending(socket: Socket): boolean {
  const answer = lastAnswer(socket);
  return answer !== undefined && answer.writableEnded && !answer.writableFinished && !answer.destroyed;
}
