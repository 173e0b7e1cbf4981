import type { Sample } from './report.ts';

/** Counts by labels, for what is rare enough that a look-up by text does not matter. The caller bounds the labels. */
export class LabelledCounter {
  readonly #counts = new Map<string, { labels: readonly string[]; count: number }>();

  add(...labels: readonly string[]): void {
    this.addMany(1, ...labels);
  }

  addMany(count: number, ...labels: readonly string[]): void {
    const key = JSON.stringify(labels);
    const entry = this.#counts.get(key);
    if (entry === undefined) this.#counts.set(key, { labels, count });
    else entry.count += count;
  }

  get samples(): Sample[] {
    return [...this.#counts.values()].map(({ labels, count }) => ({ labels, value: count }));
  }
}
