import { monitorEventLoopDelay, performance, type EventLoopUtilization } from 'node:perf_hooks';
import product from '../../package.json' with { type: 'json' };
import { single, type Sample, type Samples } from './report.ts';

const RESOLUTION_MS = 20;
/** Several who ask at about the same time are told the same, instead of each a part. */
const SHORTEST_WINDOW_MS = 5_000;
const QUANTILES = [0.5, 0.9, 0.99] as const;
const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;

/** How busy the event loop was in a window of time. */
interface LoopReading {
  delay: Sample[];
  utilization: number;
}

/** Watches this process. */
export class ProcessMetrics {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #windowStartMs = performance.now();
  #windowStart: EventLoopUtilization = performance.eventLoopUtilization();
  #last: LoopReading | null = null;

  constructor() {
    this.#delay.enable();
  }

  get samples(): Samples {
    const { delay, utilization } = this.#readLoop();
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return {
      aigc_event_loop_delay_seconds: delay,
      aigc_event_loop_utilization_ratio: single(utilization),
      aigc_process_cpu_seconds_total: [
        { labels: ['user'], value: user / US_PER_SECOND },
        { labels: ['system'], value: system / US_PER_SECOND },
      ],
      aigc_process_resident_memory_bytes: single(rss),
      aigc_process_heap_used_bytes: single(heapUsed),
      aigc_process_external_memory_bytes: single(external),
      aigc_process_start_time_seconds: single(performance.timeOrigin / 1000),
      aigc_build_info: [{ labels: [product.version, process.versions.node], value: 1 }],
    };
  }

  close(): void {
    this.#delay.disable();
  }

  #readLoop(): LoopReading {
    const nowMs = performance.now();
    const isShort = nowMs - this.#windowStartMs < SHORTEST_WINDOW_MS;
    if (isShort && this.#last !== null) return this.#last;
    const quantiles = QUANTILES.map((quantile): [number, number] => [
      quantile,
      this.#delay.percentile(quantile * 100),
    ]);
    const reading: LoopReading = {
      delay: [...quantiles, [1, this.#delay.max] as const].map(([quantile, ns]) => ({
        labels: [String(quantile)],
        value: latenessSeconds(ns),
      })),
      utilization: performance.eventLoopUtilization(this.#windowStart).utilization,
    };
    if (isShort) return reading;
    this.#last = reading;
    this.#windowStartMs = nowMs;
    this.#windowStart = performance.eventLoopUtilization();
    this.#delay.reset();
    return reading;
  }
}

/** What is measured is the time between two timers; without their distance it is how late the second was. */
function latenessSeconds(ns: number): number {
  return Math.max(0, Math.round(ns) / NS_PER_SECOND - RESOLUTION_MS / 1000);
}
