import type { Stats } from '@aigc/shared/schemas/stats';
import type { Series } from '#lib/charts/scale.ts';
import { approximate } from '#lib/i18n/decimal-text.ts';
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

/** `7`, and where a month begins or the axis does, `Nov 7`: short enough to stand side by side. */
export function axisDays(days: readonly string[], i18n: I18n): string[] {
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
