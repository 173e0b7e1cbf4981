/** Collects bytes that come in pieces: each is copied, so that no piece keeps a whole socket's buffer alive. */
export class GrowingBuffer {
  #store: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The last byte; undefined when empty. */
  get last(): number | undefined {
    return this.#store[this.#length - 1];
  }

  append(bytes: Buffer): void {
    const length = this.#length + bytes.length;
    if (length > this.#store.length) {
      // Doubling keeps many small pieces from being copied over and over.
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#store.length * 2));
      this.#store.copy(grown, 0, 0, this.#length);
      this.#store = grown;
    }
    bytes.copy(this.#store, this.#length);
    this.#length = length;
  }

  /** Everything collected; the collection is empty afterwards and its bytes belong to the caller. */
  take(): Buffer {
    const taken = this.#store.subarray(0, this.#length);
    this.#store = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }
}
