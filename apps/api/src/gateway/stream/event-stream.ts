import type { AppError } from '@aigc/shared/errors';
import { toEnvelope } from '../errors.ts';
import type { Reply } from '../reply.ts';
import { streamWatch, watchFlush, type Watched } from './stream-watch.ts';

/** Silence after which a comment keeps the connection open. Proxies commonly cut at 30 or 60 seconds. */
const KEEP_ALIVE_SECONDS = 15;
/** A client that has taken nothing for so long is given up. */
const WRITE_DEADLINE_SECONDS = 60;

const KEEP_ALIVE = Buffer.from(': keep-alive\n\n');
const DONE = Buffer.from('data: [DONE]\n\n');

export interface EventStreamEvents {
  /** The client has taken what was written: more may come. */
  onDrain(): void;
  /** The client does not read. */
  onStalled(): void;
}

/**
 * An event stream to a client: its head goes out with the first write, a comment in every 15 s of silence, and
 * whoever writes is told to wait while the socket is full. Everything written consists of whole events, so that
 * a comment or an error may follow at any time.
 */
export class EventStream implements Watched {
  readonly #reply: Reply;
  readonly #events: EventStreamEvents;
  #quietSeconds = 0;
  #isBlocked = false;
  #isOver = false;

  constructor(reply: Reply, events: EventStreamEvents) {
    this.#reply = reply;
    this.#events = events;
    streamWatch.add(this);
    reply.res.on('drain', () => this.#onDrain());
  }

  /** Status 200 is sent: from here on, failures can only be told inside the stream. */
  get isOpen(): boolean {
    return this.#reply.hasBegun;
  }

  /** Sends whole events. False: wait for `onDrain` before sending more. */
  write(bytes: Buffer): boolean {
    const { res } = this.#reply;
    if (res.destroyed) return true;
    if (!res.headersSent) this.#reply.openStream();
    this.#quietSeconds = 0;
    this.#isBlocked = !res.write(bytes);
    return !this.#isBlocked;
  }

  /** Ends a complete answer. */
  end(): void {
    this.abandon();
    const { res } = this.#reply;
    if (res.destroyed) return;
    if (!res.headersSent) this.#reply.openStream();
    res.end(DONE);
    watchFlush(res);
  }

  /**
   * Ends a stream that failed. A named `error` event with a string message is what OpenAI's, Anthropic's
   * and Vercel's clients all raise; a bare close would pass for a normal end, so no `[DONE]` follows.
   */
  fail(error: AppError): void {
    this.abandon();
    const { res } = this.#reply;
    if (res.destroyed) return;
    res.end(`event: error\ndata: ${JSON.stringify({ type: 'error', ...toEnvelope(error) })}\n\n`);
    watchFlush(res);
  }

  /** Looks after the stream no longer. */
  abandon(): void {
    this.#isOver = true;
    streamWatch.delete(this);
  }

  onTick(): void {
    this.#quietSeconds += 1;
    if (this.#isBlocked) {
      if (this.#quietSeconds >= WRITE_DEADLINE_SECONDS) this.#events.onStalled();
      return;
    }
    if (this.#quietSeconds >= KEEP_ALIVE_SECONDS) this.write(KEEP_ALIVE);
  }

  #onDrain(): void {
    if (this.#isOver || !this.#isBlocked) return;
    this.#isBlocked = false;
    this.#quietSeconds = 0;
    this.#events.onDrain();
  }
}

/** The last event of a complete stream. */
export const STREAM_END = DONE;
