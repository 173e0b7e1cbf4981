/** Hands events from one running task to one reader, who gets them as they happen. */
export class EventChannel<T> implements AsyncIterable<T> {
  readonly #events: T[] = [];
  #wake = Promise.withResolvers<void>();
  #isClosed = false;

  push(event: T): void {
    this.#events.push(event);
    this.#wake.resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) yield event;
      if (this.#isClosed) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}
