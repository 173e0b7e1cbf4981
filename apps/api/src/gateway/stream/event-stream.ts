import type { Socket } from 'node:net';
import type { AppError } from '@aigc/shared/errors';
import type { Reply } from '../reply.ts';
import { streamWatch, watchFlush, type Watched } from './stream-watch.ts';

/** Silence after which a comment keeps the connection open. Proxies commonly cut at 30 or 60 seconds. */
const KEEP_ALIVE_SECONDS = 15;
/** A client that has taken nothing for so long is given up. */
const WRITE_DEADLINE_SECONDS = 60;

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
  place = -1;
  readonly #reply: Reply;
  readonly #events: EventStreamEvents;
  #quietSeconds = 0;
  #isBlocked = false;
  #isOver = false;

  readonly #onSocketDrain = (): void => this.#onDrain();
  /** Where chunks are written once the head is out; null: through Node's own framing. */
  #socket: Socket | null = null;

  constructor(reply: Reply, events: EventStreamEvents) {
    this.#reply = reply;
    this.#events = events;
    streamWatch.add(this);
    reply.res.on('drain', this.#onSocketDrain);
    // Nobody is left to wait for; repeats of an `Idempotency-Key` may still want what comes.
    reply.res.on('close', this.#onSocketDrain);
  }

  /** Status 200 is sent: from here on, failures can only be told inside the stream. */
  get isOpen(): boolean {
    return this.#reply.hasBegun;
  }

  /** Sends whole events. False: wait for `onDrain` before sending more. */
  write(bytes: Buffer): boolean {
    const { res } = this.#reply;
    if (res.destroyed) return true;
    this.#quietSeconds = 0;
    if (!res.headersSent) this.#reply.openStream();
    else if (this.#socket === null) this.#takeSocket();
    this.#isBlocked =
      this.#socket === null ? !res.write(bytes) : !this.#socket.write(chunkOf(bytes), 'latin1');
    return !this.#isBlocked;
  }

  /**
   * Once the head is out, chunks are framed here and written in one piece: Node would make four of each and wait
   * for the next turn to send them together.
   */
  #takeSocket(): void {
    const { res } = this.#reply;
    const { socket } = res;
    // Not while something waits in the response itself, nor for clients of HTTP/1.0, who get no chunks.
    if (socket === null || !res.chunkedEncoding || res.writableLength > socket.writableLength) return;
    this.#socket = socket;
    socket.on('drain', this.#onSocketDrain);
  }

  /** Ends a complete answer with its last events. */
  end(ending: Buffer): void {
    this.abandon();
    const { res } = this.#reply;
    if (res.destroyed) return;
    if (!res.headersSent) this.#reply.openStream();
    res.end(ending);
    watchFlush(res);
  }

  /**
   * Ends a stream that failed, with these events or as its API tells failures. A bare close would pass for a
   * normal end, and so would a failure that is followed by the end of a complete answer.
   */
  fail(error: AppError, events: Buffer | null): void {
    this.abandon();
    const { res, style, requestId } = this.#reply;
    if (res.destroyed) return;
    res.end(events ?? style.streamFailure(error, requestId));
    watchFlush(res);
  }

  /** Looks after the stream no longer. */
  abandon(): void {
    this.#isOver = true;
    streamWatch.delete(this);
    this.#socket?.off('drain', this.#onSocketDrain);
    this.#socket = null;
  }

  onTick(): void {
    this.#quietSeconds += 1;
    if (this.#isBlocked) {
      if (this.#quietSeconds >= WRITE_DEADLINE_SECONDS) this.#events.onStalled();
      return;
    }
    if (this.#quietSeconds >= KEEP_ALIVE_SECONDS) this.write(this.#reply.style.keepAlive);
  }

  #onDrain(): void {
    if (this.#isOver || !this.#isBlocked) return;
    this.#isBlocked = false;
    this.#quietSeconds = 0;
    this.#events.onDrain();
  }
}

/** One chunk of the chunked encoding. As Latin-1 text its bytes travel unchanged, in one write. */
function chunkOf(bytes: Buffer): string {
  return `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`;
}
