/** What the body needs from its connection. */
export interface BodySource {
  pause(): void;
  resume(): void;
  /** The consumer wants no more: close the connection and `fail` the body. */
  cancel(reason: unknown): void;
}

interface Reader {
  resolve(result: IteratorResult<Buffer, undefined>): void;
  reject(error: unknown): void;
}

/** Bytes that may wait for a slow consumer before the upstream's socket is paused. */
const HIGH_WATER_BYTES = 64 * 1024;

/**
 * The body of a response, chunk by chunk as it came from the socket, with backpressure: the upstream is
 * paused while the consumer is slow. Must be read to its end or destroyed. One reader. Chunks that arrived
 * before a failure are delivered before the failure is thrown.
 */
export class ResponseBody implements AsyncIterableIterator<Buffer, undefined> {
  readonly #source: BodySource;
  #chunks: Buffer[] = [];
  #waitingBytes = 0;
  #isPaused = false;
  #state: 'open' | 'ended' | 'failed' = 'open';
  #error: unknown;
  #reader: Reader | null = null;

  constructor(source: BodySource) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Buffer, undefined>> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#waitingBytes -= chunk.length;
      this.#resumeWhenDrained();
      return Promise.resolve({ done: false, value: chunk });
    }
    if (this.#state === 'failed') return Promise.reject(this.#error);
    if (this.#state === 'ended') return Promise.resolve({ done: true, value: undefined });
    if (this.#reader !== null) return Promise.reject(new Error('a response body has one reader at a time'));
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** Called when a loop over the body is left early. */
  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.destroy();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Gives up the body: what waits is dropped and the connection is closed, unless the body had ended. */
  destroy(reason?: unknown): void {
    this.#chunks = [];
    this.#waitingBytes = 0;
    if (this.#state === 'open') this.#source.cancel(reason);
  }

  /** From the connection: more bytes. */
  push(chunk: Buffer): void {
    if (this.#state !== 'open' || chunk.length === 0) return;
    const reader = this.#takeReader();
    if (reader !== null) {
      reader.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes >= HIGH_WATER_BYTES && !this.#isPaused) {
      this.#isPaused = true;
      this.#source.pause();
    }
  }

  /** From the connection: the end. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#takeReader()?.resolve({ done: true, value: undefined });
  }

  /** From the connection: it broke. */
  fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'failed';
    this.#error = error;
    this.#takeReader()?.reject(error);
  }

  #takeReader(): Reader | null {
    const reader = this.#reader;
    this.#reader = null;
    return reader;
  }

  #resumeWhenDrained(): void {
    if (!this.#isPaused || this.#waitingBytes > 0) return;
    this.#isPaused = false;
    if (this.#state === 'open') this.#source.resume();
  }
}
