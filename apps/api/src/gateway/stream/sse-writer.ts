import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { AppError } from '@aigc/shared/errors';
import { toEnvelope } from '../errors.ts';

/** Silence after which a comment keeps the connection open. Proxies commonly cut at 30 or 60 seconds. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Writes an event stream to a client: headers with the first write, a comment in every 15 s of silence
 * (only ever between events), and never more than the socket takes.
 */
export class SseWriter {
  readonly #res: ServerResponse;
  readonly #timer: NodeJS.Timeout;
  #isOpen = false;

  constructor(res: ServerResponse) {
    this.#res = res;
    this.#timer = setInterval(() => this.#keepAlive(), KEEP_ALIVE_MS);
  }

  /** True once status 200 is sent: from here on, failures can only be told inside the stream. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Sends one event; resolves when the client's socket has room again, or has closed. */
  async write(data: string): Promise<void> {
    if (this.#res.destroyed) return;
    this.#open();
    this.#timer.refresh();
    const lines = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
    if (this.#res.write(`data: ${lines}\n\n`)) return;
    const done = new AbortController();
    const { signal } = done;
    await Promise.race([once(this.#res, 'drain', { signal }), once(this.#res, 'close', { signal })]).catch(
      () => undefined,
    );
    done.abort();
  }

  /** Ends a complete answer. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#res.destroyed) return;
    this.#open();
    this.#res.end('data: [DONE]\n\n');
  }

  /**
   * Ends a stream that failed. A named `error` event with a string message is what OpenAI's, Anthropic's
   * and Vercel's clients all raise; a bare close would pass for a normal end, so no `[DONE]` follows.
   */
  fail(error: AppError): void {
    clearInterval(this.#timer);
    if (this.#res.destroyed) return;
    this.#open();
    this.#res.end(`event: error\ndata: ${JSON.stringify({ type: 'error', ...toEnvelope(error) })}\n\n`);
  }

  /** Stops the clock without writing: the failure is answered as plain JSON. */
  abandon(): void {
    clearInterval(this.#timer);
  }

  #open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#res.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
  }

  #keepAlive(): void {
    if (this.#res.destroyed || this.#res.writableNeedDrain) return;
    this.#open();
    this.#res.write(': keep-alive\n\n');
  }
}
