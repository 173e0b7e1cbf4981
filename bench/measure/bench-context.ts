import type { Gateway } from '../gateways/gateway.ts';
import type { OurGateway, OurOptions } from '../gateways/ours.ts';
import type { LoadGenerator } from '../load/load-generator.ts';
import type { BenchOptions } from '../options.ts';
import type { Findings } from '../report/figures.ts';
import type { MockUpstream } from '../upstream/upstream-process.ts';

/** What every measurement works with. */
export interface BenchContext {
  options: BenchOptions;
  durations: Durations;
  mock: MockUpstream;
  load: LoadGenerator;
  ours: OurGateway;
  dispatch: Gateway;
  /** Null where it is not installed. */
  nginx: Gateway | null;
  findings: Findings;
  say(line: string): void;
  /** Another installation of the product, ended with the run. */
  startAnother(options: Pick<OurOptions, 'core' | 'env'>, mock?: MockUpstream): Promise<OurGateway>;
}

export interface Durations {
  warmUpMs: number;
  measureMs: number;
  /** Of streams, which take longer to come to rest. */
  streamWarmUpMs: number;
}

/**
 * Calls are entered into PostgreSQL in batches up to two seconds apart. By the end of the warm-up they are as far apart as
 * they come to be, so that a window has a whole number of them and pays for just as many calls as it counts.
 */
export const DURATIONS: Durations = { warmUpMs: 3_000, measureMs: 6_000, streamWarmUpMs: 2_500 };
export const QUICK_DURATIONS: Durations = { warmUpMs: 500, measureMs: 1_500, streamWarmUpMs: 1_000 };
/** Where the gateway under test runs; everything else shares the other core. */
export const GATEWAY_CORE = 0;
export const OTHER_CORE = 1;
/** A paced stream gets a chunk this often. */
export const CHUNK_EVERY_MS = 100;
