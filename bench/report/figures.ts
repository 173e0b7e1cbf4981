/** A figure's name, what it says, and what it should be. */
interface FigureDefinition {
  about: string;
  /** Whether smaller or larger is better. */
  better: 'lower' | 'higher';
  reach: number;
  aim: number | null;
  digits: number;
}

export const FIGURES = {
  unary_cpu_vs_dispatch: {
    about: 'CPU per small unary call / bare dispatch',
    better: 'lower',
    reach: 1.3,
    aim: 1,
    digits: 2,
  },
  unary_cpu_vs_nginx: {
    about: 'CPU per small unary call / nginx',
    better: 'lower',
    reach: Infinity,
    aim: null,
    digits: 2,
  },
  chunk_cpu_vs_dispatch: {
    about: 'CPU per paced stream chunk / bare dispatch',
    better: 'lower',
    reach: 1.1,
    aim: 0.8,
    digits: 2,
  },
  portkey_cpu_vs_ours: {
    about: "64 busy callers: Portkey's CPU per call / ours",
    better: 'higher',
    reach: 9,
    aim: 13,
    digits: 1,
  },
  portkey_cpu_vs_ours_same_rate: {
    about: "at Portkey's rate: Portkey's CPU per call / ours",
    better: 'higher',
    reach: Infinity,
    aim: null,
    digits: 1,
  },
  added_p50_ms: {
    about: 'added latency at one connection, p50, ms',
    better: 'lower',
    reach: 1,
    aim: 0.5,
    digits: 2,
  },
  added_p99_ms: {
    about: 'added latency at one connection, p99, ms',
    better: 'lower',
    reach: 3,
    aim: 1.5,
    digits: 2,
  },
  pg_cpu_us_per_call: {
    about: 'PostgreSQL CPU per call, µs',
    better: 'lower',
    reach: 25,
    aim: 15,
    digits: 1,
  },
  rss_mib_1000_streams: {
    about: '1,000 paced streams in one process: RSS, MiB',
    better: 'lower',
    reach: 400,
    aim: 250,
    digits: 0,
  },
  large_body_cpu_vs_dispatch: {
    about: '5 MB image in a body: CPU / bare dispatch',
    better: 'lower',
    reach: 1.3,
    aim: 1.05,
    digits: 2,
  },
  two_worker_speedup: {
    about: 'as many calls a worker: 2 × CPU per call, one / two workers',
    better: 'higher',
    reach: 1.8,
    aim: null,
    digits: 2,
  },
  two_worker_speedup_same_rate: {
    about: 'as many calls in all: 2 × CPU per call, one / two workers',
    better: 'higher',
    reach: Infinity,
    aim: null,
    digits: 2,
  },
  streams_10000_rss_mib: {
    about: '10,000 streams, two workers: RSS, MiB',
    better: 'lower',
    reach: 1536,
    aim: null,
    digits: 0,
  },
  streams_10000_failed: {
    about: '10,000 streams, two workers: failed',
    better: 'lower',
    reach: 0,
    aim: null,
    digits: 0,
  },
} as const satisfies Record<string, FigureDefinition>;

export type FigureName = keyof typeof FIGURES;

/** What every round gave, and what lies behind the figures. */
export interface Findings {
  add(name: FigureName, value: number): void;
  /** A figure that could not be had, with the reason. */
  leaveOut(name: FigureName, reason: string): void;
  /** Costs of one gateway in one round, for those who want to look closer. */
  note(detail: Record<string, unknown>): void;
  rounds(name: FigureName): readonly number[];
  leftOut(): Readonly<Partial<Record<FigureName, string>>>;
  details(): readonly Record<string, unknown>[];
}

export function createFindings(): Findings {
  const values = new Map<FigureName, number[]>();
  const missing: Partial<Record<FigureName, string>> = {};
  const details: Record<string, unknown>[] = [];
  return {
    add(name, value) {
      if (Number.isFinite(value)) values.set(name, [...(values.get(name) ?? []), value]);
    },
    leaveOut: (name, reason) => void (missing[name] = reason),
    note: (detail) => void details.push(detail),
    rounds: (name) => values.get(name) ?? [],
    leftOut: () => missing,
    details: () => details,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper = Number.NaN, lower = upper] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (upper + lower) / 2;
}

export function best(name: FigureName, values: readonly number[]): number {
  return FIGURES[name].better === 'lower' ? Math.min(...values) : Math.max(...values);
}
