/** What has deadlines, on the clock of `Deadlines`, in milliseconds; `Infinity` for none. */
export interface Timed {
  deadline: number;
  totalDeadline: number;
  /** Its place in the list; the list's own. */
  deadlineIndex: number;
  onDeadline(isTotal: boolean): void;
}

const TICK_MS = 100;
/** A process that stood still has not waited: no deadline is missed by more than this while it did. */
const LONGEST_STEP_MS = 1_000;

/**
 * The deadlines of many exchanges on one timer, because a timer for every phase of every call costs more
 * than the phase. A deadline is met up to two ticks late, never early. The clock stands still while nothing
 * runs.
 */
export class Deadlines<T extends Timed> {
  readonly #timed: T[] = [];
  readonly #onTick: () => boolean;
  #timer: NodeJS.Timeout | null = null;
  #lastTickAt = 0;
  #now = 0;

  /** `onTick` is called now and then as well, and says whether there is still reason to. */
  constructor(onTick: () => boolean) {
    this.#onTick = onTick;
  }

  /** What runs now. */
  list(): T[] {
    return [...this.#timed];
  }

  /** The moment `ms` from now, for a deadline. */
  after(ms: number): number {
    // The clock may be almost a tick behind.
    return this.#now + TICK_MS + ms;
  }

  add(timed: T): void {
    timed.deadlineIndex = this.#timed.length;
    this.#timed.push(timed);
    if (this.#timer === null) {
      this.#lastTickAt = performance.now();
      this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
    }
  }

  remove(timed: T): void {
    const index = timed.deadlineIndex;
    if (index < 0) return;
    timed.deadlineIndex = -1;
    const last = this.#timed.pop();
    if (last === undefined || last === timed) return;
    this.#timed[index] = last;
    last.deadlineIndex = index;
  }

  #tick(): void {
    const now = performance.now();
    this.#now += Math.min(now - this.#lastTickAt, LONGEST_STEP_MS);
    this.#lastTickAt = now;
    // Backwards: what is told of its deadline leaves the list, and the last one takes its place.
    for (let index = this.#timed.length - 1; index >= 0; index -= 1) {
      const timed = this.#timed[index];
      if (timed === undefined) continue;
      if (timed.totalDeadline <= this.#now) timed.onDeadline(true);
      else if (timed.deadline <= this.#now) timed.onDeadline(false);
    }
    const hasReason = this.#onTick();
    if (!hasReason && this.#timed.length === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }
}
