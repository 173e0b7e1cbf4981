import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import type { LimitedSubject, RateState, WindowState } from './limiter.ts';

/** A window begins with its first use and is over after this time; the next use begins another. */
export const WINDOW_MS = 60_000;
/** Nobody knows when a running call ends; clients are asked to come back after this time. */
export const CONCURRENCY_RETRY_MS = 1_000;

/** What one subject has used. A window's end names the window: no two windows of a counter end at the same time. */
export interface Counter {
  requests: number;
  requestsUntilMs: number;
  tokens: number;
  tokensUntilMs: number;
  running: number;
}

export function newCounter(): Counter {
  return { requests: 0, requestsUntilMs: 0, tokens: 0, tokensUntilMs: 0, running: 0 };
}

/** Whether nothing would be different without this counter. */
export function isIdle(counter: Counter, nowMs: number): boolean {
  return counter.running <= 0 && nowMs >= counter.requestsUntilMs && nowMs >= counter.tokensUntilMs;
}

/** Forgets windows that are over. Comes before every other look at a counter. */
export function roll(counter: Counter, nowMs: number): void {
  if (nowMs >= counter.requestsUntilMs) counter.requests = 0;
  if (nowMs >= counter.tokensUntilMs) counter.tokens = 0;
}

export type LimitKind = 'requests' | 'tokens' | 'concurrency';

/** A limit without room, and how long until it may have some. */
export interface Lack {
  subject: string;
  kind: LimitKind;
  limit: number;
  retryAfterMs: number;
}

/** What a call takes of a window for tokens: its bound, or what is left if no window could hold the bound. */
export function tokensToTake(counter: Counter, limit: number, bound: number): number {
  return bound <= limit ? bound : Math.max(0, limit - counter.tokens);
}

/** The limit of a subject that has no room for a call, the one with the longest wait; null: all have. */
export function findLack(
  { id, limits }: LimitedSubject,
  counter: Counter,
  { nowMs, tokens }: { nowMs: number; tokens: number },
): Lack | null {
  const { rpm, tpm, concurrency } = limits;
  let lack: Lack | null = null;
  if (concurrency !== null && counter.running >= concurrency) {
    lack = { subject: id, kind: 'concurrency', limit: concurrency, retryAfterMs: CONCURRENCY_RETRY_MS };
  }
  if (rpm !== null && counter.requests >= rpm) {
    const retryAfterMs = counter.requests > 0 ? counter.requestsUntilMs - nowMs : WINDOW_MS;
    if (lack === null || retryAfterMs > lack.retryAfterMs) {
      lack = { subject: id, kind: 'requests', limit: rpm, retryAfterMs };
    }
  }
  if (tpm !== null && !hasRoomForTokens(counter, tpm, tokens)) {
    const retryAfterMs = counter.tokens > 0 ? counter.tokensUntilMs - nowMs : WINDOW_MS;
    if (lack === null || retryAfterMs > lack.retryAfterMs) {
      lack = { subject: id, kind: 'tokens', limit: tpm, retryAfterMs };
    }
  }
  return lack;
}

function hasRoomForTokens(counter: Counter, limit: number, bound: number): boolean {
  if (bound > limit) return counter.tokens < limit;
  return counter.tokens + bound <= limit;
}

export function takeRequests(counter: Counter, count: number, nowMs: number): void {
  if (nowMs >= counter.requestsUntilMs) counter.requestsUntilMs = nowMs + WINDOW_MS;
  counter.requests += count;
}

export function takeTokens(counter: Counter, count: number, nowMs: number): void {
  if (nowMs >= counter.tokensUntilMs) counter.tokensUntilMs = nowMs + WINDOW_MS;
  counter.tokens += count;
}

/** Replaces tokens that were taken of a window by those used. Nothing happens to a later window. */
export function correctTokens(
  counter: Counter,
  taken: { tokens: number; untilMs: number },
  usedTokens: number,
): void {
  if (counter.tokensUntilMs !== taken.untilMs) return;
  counter.tokens = Math.max(0, counter.tokens - taken.tokens + usedTokens);
}

/** Folds a subject's limits into the tightest seen so far: the one with the least left. */
export function tighten(
  state: RateState,
  limits: RateLimits,
  { counter, nowMs }: { counter: Counter; nowMs: number },
): void {
  const { rpm, tpm } = limits;
  if (rpm !== null) {
    state.requests = tighter(state.requests, rpm, {
      used: counter.requests,
      resetMs: counter.requestsUntilMs - nowMs,
    });
  }
  if (tpm !== null) {
    state.tokens = tighter(state.tokens, tpm, {
      used: counter.tokens,
      resetMs: counter.tokensUntilMs - nowMs,
    });
  }
}

function tighter(
  current: WindowState | null,
  limit: number,
  { used, resetMs }: { used: number; resetMs: number },
): WindowState {
  const remaining = Math.max(0, limit - used);
  if (current !== null && current.remaining <= remaining) return current;
  return { limit, remaining, resetMs: Math.max(0, resetMs) };
}

export function isUnlimited({ rpm, tpm, concurrency }: RateLimits): boolean {
  return rpm === null && tpm === null && concurrency === null;
}
