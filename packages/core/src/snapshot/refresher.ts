/** Runs one refresh at a time. */
export class Refresher {
  readonly #work: () => Promise<void>;
  readonly #minGapMs: number;
  #startedAtMs = -Infinity;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  /** `minGapMs` between starts bounds what many askers can cost. */
  constructor(work: () => Promise<void>, minGapMs: number) {
    this.#work = work;
    this.#minGapMs = minGapMs;
  }

  /** Whether one runs or is about to. */
  get isBusy(): boolean {
    return this.#running !== null || this.#next !== null;
  }

  /** Resolves when a refresh that began after this call has ended; all who wait share it. */
  refresh(): Promise<void> {
    this.#next ??= this.#startNext();
    return this.#next;
  }

  async #startNext(): Promise<void> {
    // Its failure is told to those who waited for it.
    await this.#running?.catch(() => {});
    const waitMs = this.#startedAtMs + this.#minGapMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    this.#startedAtMs = performance.now();
    const running = this.#work();
    this.#running = running;
    this.#next = null;
    try {
      await running;
    } finally {
      if (this.#running === running) this.#running = null;
    }
  }
}
