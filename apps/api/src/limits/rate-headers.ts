import type { RateState, WindowState } from './limiter.ts';

/** For `Access-Control-Expose-Headers`. */
export const RATE_HEADERS = [
  'x-ratelimit-limit-requests',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-reset-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-tokens',
  'anthropic-ratelimit-requests-limit',
  'anthropic-ratelimit-requests-remaining',
  'anthropic-ratelimit-requests-reset',
  'anthropic-ratelimit-tokens-limit',
  'anthropic-ratelimit-tokens-remaining',
  'anthropic-ratelimit-tokens-reset',
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

/** The same as Anthropic's API names it: https://platform.claude.com/docs/en/api/rate-limits#response-headers */
export function addAnthropicRateHeaders(head: string[], state: RateState): void {
  if (state.requests !== null) addAnthropic(head, 'requests', state.requests);
  if (state.tokens !== null) addAnthropic(head, 'tokens', state.tokens);
}

function addAnthropic(head: string[], of: 'requests' | 'tokens', { limit, remaining, resetMs }: WindowState) {
  const resetAt = new Date(Date.now() + Math.max(0, Math.ceil(resetMs)));
  head.push(
    `anthropic-ratelimit-${of}-limit`,
    String(limit),
    `anthropic-ratelimit-${of}-remaining`,
    String(remaining),
    `anthropic-ratelimit-${of}-reset`,
    resetAt.toISOString(),
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
