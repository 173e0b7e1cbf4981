import type { Stats } from '@aigc/shared/schemas/stats';
import type { Series } from '#lib/charts/scale.ts';
import { approximate } from '#lib/i18n/decimal-text.ts';
import { dayRange, hourRange } from '#lib/i18n/zoned-day.ts';
import type { I18n } from '#lib/i18n/i18n.svelte.ts';

export const metrics = ['cost', 'calls', 'tokens'] as const;
export type Metric = (typeof metrics)[number];

/** The metric that a URL names, or the one that says most: cost, unless everything was free. */
export function parseMetric(value: string | null, totals: Stats['totals']): Metric {
  return metrics.find((metric) => metric === value) ?? (approximate(totals.cost) > 0 ? 'cost' : 'calls');
}

/** One series per leading model, the rest as one at the end; days as the API gives them. */
export function seriesByModel(
  stats: Stats,
  metric: Metric,
  i18n: I18n,
): (Series & { model: string | null })[] {
  const models = [...new Set(stats.by_day_and_model.map((entry) => entry.model))];
  return models.map((model) => {
    const entries = stats.by_day_and_model.filter((entry) => entry.model === model);
    return {
      model,
      label: model ?? i18n.t.common.other,
      isOther: model === null,
      values: entries.map((entry) => (metric === 'cost' ? approximate(entry.cost) : entry[metric])),
      ...(metric === 'cost' ? { texts: entries.map((entry) => i18n.format.money(entry.cost)) } : {}),
    };
  });
}

/** What each day comes to, as it is shown. */
export function dayTotals(stats: Stats, metric: Metric, i18n: I18n): string[] {
  return stats.by_day.map((day) => {
    if (metric === 'cost') return i18n.format.money(day.cost);
    return i18n.format.number(metric === 'calls' ? day.calls : day.input_tokens + day.output_tokens);
  });
}

/** Longer periods cross several months: the day alone would say too little. */
const mostBareDays = 31;

/** What the steps of the charts are: days, or in a short period hours. */
export interface Axis {
  labels: string[];
  /** Short enough to stand side by side. */
  axisLabels: string[];
  labelHeading: string;
}

/** The steps of `by_day` as charts and their tables name them. */
export function axisOf(stats: Stats, i18n: I18n): Axis {
  const steps = stats.by_day.map((entry) => entry.day);
  if (isHourly(stats)) {
    return {
      labels: steps.map((hour) => `${i18n.format.day(hour.slice(0, 10))}, ${hour.slice(11)}:00`),
      axisLabels: steps.map((hour) =>
        hour.endsWith('T00') ? i18n.format.day(hour.slice(0, 10)) : hour.slice(11),
      ),
      labelHeading: i18n.t.common.hour,
    };
  }
  return {
    labels: steps.map((day) => i18n.format.day(day)),
    axisLabels: shortDays(steps, i18n),
    labelHeading: i18n.t.common.day,
  };
}

/** Start and end of one step, for the log. */
export function stepRange(
  stats: Stats,
  index: number,
  timeZone: string,
): { from: string; to: string } | undefined {
  const step = stats.by_day[index]?.day;
  if (step === undefined) return undefined;
  return isHourly(stats) ? hourRange(step, timeZone) : dayRange(step, timeZone);
}

export function isHourly(stats: Stats): boolean {
  return stats.by_day[0]?.day.includes('T') === true;
}

/** `7`, and where a month begins `Nov 1`; in long periods `Nov 7` (`11/7`). */
function shortDays(days: readonly string[], i18n: I18n): string[] {
  if (days.length > mostBareDays) {
    const month = i18n.locale === 'en' ? 'short' : 'numeric';
    const format = new Intl.DateTimeFormat(i18n.locale, { month, day: 'numeric', timeZone: 'UTC' });
    return days.map((day) => format.format(new Date(`${day}T00:00:00Z`)));
  }
  return days.map((day) => (day.endsWith('-01') ? i18n.format.day(day) : String(Number(day.slice(-2)))));
}

/** Writes values of a metric: on the axis in short, elsewhere in full. */
export function metricFormat(
  metric: Metric,
  i18n: I18n,
): { full: (value: number) => string; tick: (value: number) => string } {
  if (metric !== 'cost') {
    return { full: (value) => i18n.format.number(value), tick: (value) => i18n.format.compact(value) };
  }
  const full = (value: number) =>
    i18n.format.currencySymbol() + i18n.format.number(value, { maximumSignificantDigits: 4 });
  return { full, tick: (value) => i18n.format.number(value, { maximumSignificantDigits: 3 }) };
}
