import type { PageUrl } from './page-url.ts';

/** Periods that lists and charts can be limited to, as the URL's `period` names them. */
export const periods = ['1h', '24h', '7d', '14d', '30d', '90d'] as const;

export type Period = (typeof periods)[number];

const hourMs = 3_600_000;
const lengthsMs: Record<Period, number> = {
  '1h': hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '14d': 14 * 24 * hourMs,
  '30d': 30 * 24 * hourMs,
  '90d': 90 * 24 * hourMs,
};

/** The period the URL asks for, or the page's own. */
export function parsePeriod(url: Pick<PageUrl, 'searchParams'>, fallback: Period): Period {
  const value = url.searchParams.get('period');
  return periods.find((period) => period === value) ?? fallback;
}

/** Start and end of a period that ends now, for the API. */
export function periodRange(period: Period, now: Date = new Date()): { from: string; to: string } {
  return { from: new Date(now.getTime() - lengthsMs[period]).toISOString(), to: now.toISOString() };
}

/** How many days a period is shown as; zero for those under a day. */
export function periodDays(period: Period): number {
  return Math.floor(lengthsMs[period] / (24 * hourMs));
}
