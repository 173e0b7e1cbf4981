import type { Reply } from '../reply.ts';
import { streamWatch, watchFlush, type Watched } from './stream-watch.ts';

/** A client that has taken nothing for so long is given up. */
const WRITE_DEADLINE_SECONDS = 60;

export interface ByteStreamEvents {
  /** The client has taken what was written: more may come. */
  onDrain(): void;
  /** The client does not read. */
  onStalled(): void;
}

/** Bytes on their way to a client as they come, without a length: whoever writes is told to wait while the socket is full. */
export class ByteStream implements Watched {
  place = -1;
  readonly #reply: Reply;
  readonly #events: ByteStreamEvents;
  readonly #onSocketDrain = (): void => this.#onDrain();
  #blockedSeconds = 0;
  #isBlocked = false;

  constructor(reply: Reply, events: ByteStreamEvents) {
    this.#reply = reply;
    this.#events = events;
    streamWatch.add(this);
    reply.res.on('drain', this.#onSocketDrain);
    // Nobody is left to wait for.
    reply.res.on('close', this.#onSocketDrain);
  }

  /** Sends bytes, with the head before the first of them. False: wait for `onDrain` before sending more. */
  write(bytes: Buffer, contentType: string): boolean {
    const { res } = this.#reply;
    if (res.destroyed) return true;
    if (!res.headersSent) this.#reply.openBytes(contentType);
    this.#isBlocked = !res.write(bytes);
    return !this.#isBlocked;
  }

  /** Ends a complete answer. */
  end(contentType: string): void {
    this.abandon();
    const { res } = this.#reply;
    if (res.destroyed) return;
    if (!res.headersSent) this.#reply.openBytes(contentType);
    res.end();
    watchFlush(res);
  }

  /** Breaks off what was begun: with its connection cut, nobody takes the part for the whole. */
  cut(): void {
    this.abandon();
    this.#reply.res.destroy();
  }

  /** Looks after the stream no longer. */
  abandon(): void {
    streamWatch.delete(this);
    this.#reply.res.off('drain', this.#onSocketDrain);
    this.#reply.res.off('close', this.#onSocketDrain);
  }

  onTick(): void {
    this.#blockedSeconds = this.#isBlocked ? this.#blockedSeconds + 1 : 0;
    if (this.#blockedSeconds >= WRITE_DEADLINE_SECONDS) this.#events.onStalled();
  }

  #onDrain(): void {
    if (!this.#isBlocked) return;
    this.#isBlocked = false;
    this.#events.onDrain();
  }
}
