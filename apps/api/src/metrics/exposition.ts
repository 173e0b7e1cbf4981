import { trimMoney } from '@aigc/shared/money';
import { BUCKETS_SECONDS, METRICS, type MetricDefinition, type MetricName } from './catalogue.ts';
import { labelsOf } from './merge-reports.ts';
import type { HistogramValue, Sample, Samples } from './report.ts';

/** Prometheus's text format: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Writes every metric of the catalogue; one without values has its description only. */
export function writeExposition(samples: Samples): string {
  const lines: string[] = [];
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const definition: MetricDefinition = METRICS[name];
    lines.push(`# HELP ${name} ${escapeHelp(definition.help)}`, `# TYPE ${name} ${definition.type}`);
    const names = labelsOf(definition);
    for (const sample of samples[name] ?? []) writeSample(lines, name, { names, sample });
  }
  return `${lines.join('\n')}\n`;
}

function writeSample(
  lines: string[],
  name: string,
  { names, sample: { labels, value } }: { names: readonly string[]; sample: Sample },
): void {
  const pairs = names.map((label, index) => `${label}="${escapeLabel(labels[index] ?? '')}"`);
  if (typeof value === 'object') writeHistogram(lines, name, { pairs, value });
  else lines.push(`${name}${braced(pairs)} ${typeof value === 'string' ? trimMoney(value) : value}`);
}

function writeHistogram(
  lines: string[],
  name: string,
  { pairs, value: { counts, sum } }: { pairs: readonly string[]; value: HistogramValue },
): void {
  let count = 0;
  for (const [index, bound] of [...BUCKETS_SECONDS, '+Inf'].entries()) {
    count += counts[index] ?? 0;
    lines.push(`${name}_bucket${braced([...pairs, `le="${bound}"`])} ${count}`);
  }
  lines.push(`${name}_sum${braced(pairs)} ${sum}`, `${name}_count${braced(pairs)} ${count}`);
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
