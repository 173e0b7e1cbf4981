import type { Stats } from '@aigc/shared/schemas/stats';
import { money } from '@aigc/shared/money';
import type { DaySums } from './read-days.ts';
import { addSums, byCostThenCalls, NO_SUMS, type Sums } from './sums.ts';

/** Models with a series of their own in charts; the others are drawn as one. */
export const TOP_MODELS = 5;

/** One entry for each day, also for days without calls. */
export function sumByDay(days: readonly string[], rows: readonly DaySums[]): ({ day: string } & Sums)[] {
  const sums = days.map((): Sums => NO_SUMS);
  for (const row of rows) sums[row.day] = addSums(sums[row.day] ?? NO_SUMS, onlySums(row));
  return days.map((day, index) => ({ day, ...(sums[index] ?? NO_SUMS) }));
}

/** Highest cost first. A cloud and a local model with the same name are two. */
export function sumByModel(rows: readonly DaySums[]): Stats['by_model'] {
  const models = new Map<string, Stats['by_model'][number]>();
  for (const row of rows) {
    const key = `${row.isLocal} ${row.model}`;
    const before = models.get(key) ?? { model: row.model, is_local: row.isLocal, ...NO_SUMS };
    models.set(key, { ...before, ...addSums(before, onlySums(row)) });
  }
  return [...models.values()].toSorted(byCostThenCalls((entry) => `${entry.model} ${entry.is_local}`));
}

/** For each day one entry per leading model and, when there are others, one for these together (`null`). */
export function sumByDayAndModel(
  days: readonly string[],
  rows: readonly DaySums[],
): Stats['by_day_and_model'] {
  const names = [...new Set(sumByModel(rows).map((entry) => entry.model))];
  const top = names.slice(0, TOP_MODELS);
  const series: (string | null)[] = names.length > top.length ? [...top, null] : top;
  const sums = new Map<string, Sums>();
  const keyOf = (day: number, model: string | null) => `${day} ${series.indexOf(model)}`;
  for (const row of rows) {
    const key = keyOf(row.day, top.includes(row.model) ? row.model : null);
    sums.set(key, addSums(sums.get(key) ?? NO_SUMS, onlySums(row)));
  }
  return days.flatMap((day, index) =>
    series.map((model) => {
      const { calls, input_tokens, output_tokens, cost } = sums.get(keyOf(index, model)) ?? NO_SUMS;
      return { day, model, calls, tokens: input_tokens + output_tokens, cost: money(cost).toFixed() };
    }),
  );
}

function onlySums({ calls, failed, input_tokens, output_tokens, cost }: Sums): Sums {
  return { calls, failed, input_tokens, output_tokens, cost };
}
