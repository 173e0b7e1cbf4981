/**
 * What was asked for and is not there, for a moment: a program that repeats a wrong key or title does not make
 * the database answer each time. Memory is asked before this, so what is created is found once it is told.
 */
export class KnownAbsences {
  readonly #until = new Map<string, number>();
  readonly #forMs: number;
  readonly #max: number;

  constructor({ forMs, max }: { forMs: number; max: number }) {
    this.#forMs = forMs;
    this.#max = max;
  }

  has(name: string): boolean {
    const until = this.#until.get(name);
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.#until.delete(name);
    return false;
  }

  add(name: string): void {
    if (this.#until.size >= this.#max) this.#until.clear();
    this.#until.set(name, performance.now() + this.#forMs);
  }
}
