import type { RateState, WindowState } from './limiter.ts';

/** For `Access-Control-Expose-Headers`. */
export const RATE_HEADERS = [
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
] as const;

/** Adds `x-ratelimit-*`, names and values in turn, for the limits that apply; none for a call that has none. */
export function addRateHeaders(head: string[], state: RateState): void {
  if (state.requests !== null) add(head, 'requests', state.requests);
  if (state.tokens !== null) add(head, 'tokens', state.tokens);
}

function add(head: string[], of: 'requests' | 'tokens', { limit, remaining, resetMs }: WindowState): void {
  head.push(
    `x-ratelimit-limit-${of}`,
    String(limit),
    `x-ratelimit-remaining-${of}`,
    String(remaining),
    `x-ratelimit-reset-${of}`,
    formatDuration(resetMs),
  );
}

/** As OpenAI writes durations: `350ms`, `1s`, `6m0s`. Never less than the given time. */
export function formatDuration(durationMs: number): string {
  const wholeMs = Math.max(0, Math.ceil(durationMs));
  if (wholeMs < 1_000) return `${wholeMs}ms`;
  const seconds = Math.ceil(wholeMs / 1_000);
  if (seconds < 60) return `${seconds}s`;
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

/** For `retry-after`: whole seconds, from 1 to 60, for no window is longer. */
export function retryAfterSeconds(retryAfterMs: number): number {
  return Math.min(60, Math.max(1, Math.ceil(retryAfterMs / 1_000)));
}
