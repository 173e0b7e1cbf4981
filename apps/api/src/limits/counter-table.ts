import { isIdle, newCounter, roll, type Counter } from './counter.ts';

/** The counters of all subjects that are in use. Idle ones are forgotten, so that memory follows the traffic. */
export class CounterTable {
  readonly #counters = new Map<string, Counter>();

  get size(): number {
    return this.#counters.size;
  }

  /** A subject's counter as of now. */
  get(id: string, nowMs: number): Counter {
    let counter = this.#counters.get(id);
    if (counter === undefined) {
      counter = newCounter();
      this.#counters.set(id, counter);
    } else {
      roll(counter, nowMs);
    }
    return counter;
  }

  /** One pass over all, a millisecond for 50,000; cheaper than a timer for each. */
  forgetIdle(nowMs: number): void {
    for (const [id, counter] of this.#counters) if (isIdle(counter, nowMs)) this.#counters.delete(id);
  }
}
