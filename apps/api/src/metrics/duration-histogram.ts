import { BUCKETS_SECONDS } from './catalogue.ts';
import type { HistogramValue } from './report.ts';

const BOUNDS_MS: readonly number[] = BUCKETS_SECONDS.map((seconds) => seconds * 1000);

/** Counts durations by bucket. */
export class DurationHistogram {
  /** Not cumulative; the last one is what is above all bounds. */
  readonly #counts: number[] = Array.from({ length: BOUNDS_MS.length + 1 }, () => 0);
  #sumMs = 0;

  observe(ms: number): void {
    let bucket = 0;
    for (const bound of BOUNDS_MS) {
      if (ms <= bound) break;
      bucket += 1;
    }
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sumMs += ms;
  }

  get value(): HistogramValue {
    return { counts: [...this.#counts], sum: this.#sumMs / 1000 };
  }
}
