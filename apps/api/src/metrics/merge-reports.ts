import { fromUnits, toUnits } from '@aigc/shared/money-units';
import { METRICS, type Across, type MetricDefinition, type MetricName } from './catalogue.ts';
import type { HistogramValue, MetricsReport, Sample, Samples, SampleValue } from './report.ts';

const NAMES = Object.keys(METRICS) as MetricName[];
const definitionOf = (name: MetricName): MetricDefinition => METRICS[name];

/** The names of a metric's labels as they are shown. */
export function labelsOf({ labels, across }: MetricDefinition): readonly string[] {
  return across === 'each' ? [...labels, 'worker'] : labels;
}

/** One set of lines for what several processes have reported. */
export function mergeReports(reports: readonly MetricsReport[]): Samples {
  return Object.fromEntries(NAMES.map((name) => [name, mergeMetric(name, reports)]));
}

/** Of a process that is gone, what must not be forgotten: a counter that falls looks like a restart of everything. */
export function countersOf(reports: readonly MetricsReport[]): MetricsReport {
  const merged = mergeReports(reports);
  const counters = NAMES.filter((name) => definitionOf(name).type !== 'gauge');
  return { worker: null, samples: Object.fromEntries(counters.map((name) => [name, merged[name] ?? []])) };
}

function mergeMetric(name: MetricName, reports: readonly MetricsReport[]): Sample[] {
  const { across } = definitionOf(name);
  const merged = new Map<string, Sample>();
  for (const { worker, samples } of reports) {
    for (const { labels, value } of samples[name] ?? []) {
      const shown = across === 'each' ? [...labels, worker ?? ''] : labels;
      const key = JSON.stringify(shown);
      const before = merged.get(key);
      merged.set(key, {
        labels: shown,
        value: before === undefined ? value : combine(before.value, value, across),
      });
    }
  }
  return [...merged.values()];
}

function combine(a: SampleValue, b: SampleValue, across: Across): SampleValue {
  if (typeof a === 'object' && typeof b === 'object') return addHistograms(a, b);
  if (typeof a === 'string' && typeof b === 'string') return fromUnits(toUnits(a) + toUnits(b));
  if (typeof a === 'number' && typeof b === 'number') {
    if (across === 'sum') return a + b;
    return across === 'min' ? Math.min(a, b) : Math.max(a, b);
  }
  throw new TypeError('values of two kinds under one name');
}

function addHistograms(a: HistogramValue, b: HistogramValue): HistogramValue {
  return { counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)), sum: a.sum + b.sum };
}
