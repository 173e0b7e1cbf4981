import type { Series } from './scale.ts';

/** What a chart and its table both show. */
export interface ChartData {
  labels: readonly string[];
  /** What the labels are, e.g. days. */
  labelHeading: string;
  series: readonly Series[];
  format: (value: number) => string;
  /** The series can be summed up. */
  total: boolean;
  /** The totals as they are shown, where a float would not be exact. */
  totalTexts: readonly string[] | undefined;
}

/** A figure as it is shown. */
export function figure(one: Series, index: number, format: ChartData['format']): string {
  const value = one.values[index];
  return value === null || value === undefined ? '–' : (one.texts?.[index] ?? format(value));
}

/** A sum stands only where there is more than one thing to sum up. */
export function hasSum({ total, series }: ChartData): boolean {
  return total && series.length > 1;
}

/** The sum of all series at a label, as it is shown. */
export function sum({ series, format, totalTexts }: ChartData, index: number): string {
  return totalTexts?.[index] ?? format(series.reduce((all, one) => all + (one.values[index] ?? 0), 0));
}
