import type { LighthouseResult } from './install.ts';

export const devices = ['desktop', 'mobile'] as const;
export type Device = (typeof devices)[number];

export const categories = ['performance', 'accessibility', 'best-practices'] as const;
export type Category = (typeof categories)[number];

/** Points of 100 that a page must reach. */
const bars: Record<Category, Record<Device, number>> = {
  performance: { desktop: 95, mobile: 90 },
  accessibility: { desktop: 100, mobile: 100 },
  'best-practices': { desktop: 100, mobile: 100 },
};

export type Scores = Record<Category, number>;

export function scoresOf({ lhr }: LighthouseResult): Scores {
  const score = (category: Category) => Math.round((lhr.categories[category]?.score ?? 0) * 100);
  return {
    performance: score('performance'),
    accessibility: score('accessibility'),
    'best-practices': score('best-practices'),
  };
}

/** The run in the middle by performance: a machine that was busy for one run says nothing about the page. */
export function medianRun<Run extends { scores: Scores }>(runs: readonly Run[]): Run {
  const sorted = runs.toSorted((a, b) => a.scores.performance - b.scores.performance);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new Error('there was no run');
  return middle;
}

/** What falls short, e.g. "performance 88 < 90". */
export function shortfalls(scores: Scores, device: Device): string[] {
  return categories
    .filter((category) => scores[category] < bars[category][device])
    .map((category) => `${category} ${scores[category]} < ${bars[category][device]}`);
}
