/** What runs in this process and must end before it may. */
export interface Runs {
  /** Where the list keeps it; -1: nowhere. The list's own. */
  place: number;
  /** Ends early. */
  cutOff(): void;
}

/**
 * The calls of this process, from their request's arrival to their settlement.
 *
 * A list and not a `Set`: where entries come and go all the time, a set leaves its former tables, with what was in
 * them, to the garbage collector's old generation, and a quarter of all time went into moving calls there.
 */
export class RunningCalls {
  readonly #calls: Runs[] = [];
  /** Requests that are not calls yet. */
  #arriving = 0;
  #onIdle: (() => void)[] = [];

  get size(): number {
    return this.#calls.length + this.#arriving;
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
    call.place = this.#calls.length;
    this.#calls.push(call);
  }

  delete(call: Runs): void {
    const last = this.#calls.pop();
    if (last !== undefined && last !== call) {
      last.place = call.place;
      this.#calls[call.place] = last;
    }
    call.place = -1;
    this.#wake();
  }

  /** Ends everything that runs. */
  cutOff(): void {
    for (let place = this.#calls.length - 1; place >= 0; place -= 1) this.#calls[place]?.cutOff();
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
