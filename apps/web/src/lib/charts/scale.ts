/**
 * Round values for an axis from zero to at least `max`: at most `count` steps of 1, 2, 2.5 or 5 times a power of ten.
 * With `whole` none lies between two whole numbers: half a call says nothing.
 */
export function niceTicks(max: number, count = 4, whole = false): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const rough = max / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const fine = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const step = whole ? Math.max(1, Math.ceil(fine)) : fine;
  const ticks: number[] = [];
  for (let index = 0; index <= Math.ceil(max / step - 1e-9); index += 1) {
    // 0.1 + 0.2 is not 0.3: a tick is written from its index, never summed up.
    ticks.push(Number((index * step).toPrecision(12)));
  }
  return ticks;
}

/** Every how many labels one is drawn, so that about `room` of them stand on the axis. */
export function labelStride(count: number, room: number): number {
  return Math.max(1, Math.ceil(count / room));
}

export interface Series {
  label: string;
  /** As many as there are labels; for drawing only. Null: nothing was measured. */
  values: readonly (number | null)[];
  /** The same as they are shown, where a float would not be exact, as with money. */
  texts?: readonly string[];
  /** A token such as `var(--c1)`; by default the next of the palette. */
  color?: string;
  /** The rest of a top list: drawn in grey. */
  isOther?: boolean;
}

const palette = ['var(--c1)', 'var(--c2)', 'var(--c3)', 'var(--c4)', 'var(--c5)'] as const;

export function seriesColor(series: Series, index: number): string {
  return (
    series.color ?? (series.isOther ? 'var(--c-other)' : (palette[index % palette.length] ?? 'var(--c1)'))
  );
}
