/** A metric as it was exposed. */
export interface ExposedMetric {
  type: string;
  help: string;
  samples: ExposedSample[];
}

export interface ExposedSample {
  /** With `_bucket`, `_sum` or `_count` for histograms. */
  name: string;
  labels: Record<string, string>;
  /** As it was written, because a float could not hold every amount of money. */
  text: string;
  value: number;
}

const HELP = /^# HELP ([a-zA-Z_:][\w:]*) ((?:[^\\\n]|\\\\|\\n)+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram)$/;
const SAMPLE =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\\\|\\"|\\n)*"(?:,(?=[a-z]))?)+)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf|NaN)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\\\|\\"|\\n)*)"/g;

/** Reads the text format as strictly as it is specified. @throws Error at the first line that breaks a rule */
export function parseExposition(text: string): Map<string, ExposedMetric> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const metrics = new Map<string, ExposedMetric>();
  const seen = new Set<string>();
  let current: [string, ExposedMetric] | null = null;
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line);
    if (help !== null) {
      const [, name = '', words = ''] = help;
      if (metrics.has(name)) throw new Error(`described twice: ${name}`);
      current = [name, { type: '', help: words, samples: [] }];
      metrics.set(...current);
      continue;
    }
    if (current === null) throw new Error(`before any metric: ${line}`);
    const [name, metric] = current;
    const type = TYPE.exec(line);
    if (type !== null) {
      if (type[1] !== name || metric.type !== '') throw new Error(`misplaced type: ${line}`);
      metric.type = type[2] ?? '';
      continue;
    }
    const sample = readSample(line);
    const suffix = sample.name.slice(name.length);
    const suffixes = metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!sample.name.startsWith(name) || !suffixes.includes(suffix))
      throw new Error(`not of ${name}: ${line}`);
    const pairs = Object.entries(sample.labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const key = `${sample.name}{${pairs.toSorted().join(',')}}`;
    if (seen.has(key)) throw new Error(`shown twice: ${line}`);
    seen.add(key);
    metric.samples.push(sample);
  }
  for (const [name, { type }] of metrics) if (type === '') throw new Error(`without a type: ${name}`);
  return metrics;
}

function readSample(line: string): ExposedSample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`no sample: ${line}`);
  const [, name = '', pairs = '', text = ''] = match;
  const labels: Record<string, string> = {};
  for (const [, label = '', value = ''] of pairs.matchAll(LABEL)) {
    if (label in labels) throw new Error(`label twice: ${line}`);
    labels[label] = value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return { name, labels, text, value: text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text) };
}

/** The samples of a name that have these labels. */
export function samplesOf(
  metrics: Map<string, ExposedMetric>,
  name: string,
  labels: Record<string, string> = {},
): ExposedSample[] {
  const metric = metrics.get(name) ?? metrics.get(name.replace(/_(bucket|sum|count)$/, ''));
  if (metric === undefined) throw new Error(`there is no ${name}`);
  return metric.samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
}

/** Their sum. */
export function totalOf(...[metrics, name, labels]: Parameters<typeof samplesOf>): number {
  return samplesOf(metrics, name, labels).reduce((sum, { value }) => sum + value, 0);
}
