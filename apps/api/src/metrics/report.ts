import type { Money } from '@aigc/shared/money';
import type { MetricName } from './catalogue.ts';

/** Counts by bucket, not cumulative; one more than there are bounds. */
export interface HistogramValue {
  counts: readonly number[];
  /** In the unit of the metric. */
  sum: number;
}

/** Money is text, because it is exact. */
export type SampleValue = number | Money | HistogramValue;

export interface Sample {
  /** In the order in which the catalogue names them. */
  labels: readonly string[];
  value: SampleValue;
}

export type Samples = Partial<Record<MetricName, readonly Sample[]>>;

/** What one process says of itself. It survives JSON, because it crosses from worker to worker. */
export interface MetricsReport {
  /** Null: of workers that are gone, what they had counted. */
  worker: string | null;
  samples: Samples;
}

/** The topic under which workers ask each other for it. */
export const METRICS_TOPIC = 'metrics';

/** One line without labels. */
export function single(value: SampleValue): Sample[] {
  return [{ labels: [], value }];
}
