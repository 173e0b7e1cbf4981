/** Durations of answered calls, and how they are distributed. */
export interface Latencies {
  add(ms: number): void;
  /** `share` from 0 to 1; 0 without any. */
  percentile(share: number): number;
  count(): number;
}

export function createLatencies(): Latencies {
  const values: number[] = [];
  return {
    add: (ms) => void values.push(ms),
    percentile(share) {
      const sorted = values.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    },
    count: () => values.length,
  };
}

/** Failures, counted, with what the first one was. */
export interface Failures {
  add(what: string): void;
  count(): number;
  first(): string | null;
}

export function createFailures(): Failures {
  let count = 0;
  let first: string | null = null;
  return {
    add(what) {
      count += 1;
      first ??= what;
    },
    count: () => count,
    first: () => first,
  };
}
