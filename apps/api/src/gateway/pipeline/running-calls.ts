/** What runs in this process and must end before it may. */
export interface Runs {
  /** Ends early. */
  cutOff(): void;
}

/** The calls of this process, from their request's arrival to their settlement. */
export class RunningCalls {
  readonly #calls = new Set<Runs>();
  /** Requests that are not calls yet. */
  #arriving = 0;
  #onIdle: (() => void)[] = [];

  get size(): number {
    return this.#calls.size + this.#arriving;
  }

  arrive(): void {
    this.#arriving += 1;
  }

  /** The request was answered, or has become a call. */
  leave(): void {
    this.#arriving -= 1;
    this.#wake();
  }

  add(call: Runs): void {
    this.#calls.add(call);
  }

  delete(call: Runs): void {
    this.#calls.delete(call);
    this.#wake();
  }

  /** Ends everything that runs. */
  cutOff(): void {
    for (const call of this.#calls) call.cutOff();
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #wake(): void {
    if (this.#onIdle.length === 0 || this.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
