import type { CallLogDetail } from '@aigc/shared/schemas/logs';

/** A piece of a bar: when it began and how long it took, in milliseconds after the call's start. */
export interface Span {
  kind: 'gateway' | 'waiting' | 'answering' | 'failed';
  startMs: number;
  durationMs: number;
}

export interface Waterfall {
  /** The end of the scale. */
  wholeMs: number;
  /** Before the first attempt: checks, limits, waiting for a place. None where no upstream was asked. */
  gateway: Span | undefined;
  /** As many as there are attempts. */
  attempts: Span[][];
}

type Timed = Pick<CallLogDetail, 'attempts' | 'latency_ms' | 'ttft_ms'>;

/** Where the time of a call went, attempt by attempt; the one that answered until its first token and after it. */
export function waterfallOf({ attempts, latency_ms: latencyMs, ttft_ms: ttftMs }: Timed): Waterfall {
  const wholeMs = Math.max(1, latencyMs ?? 0, ...attempts.map((one) => one.started_ms + one.latency_ms));
  const firstMs = attempts[0]?.started_ms ?? 0;
  return {
    wholeMs,
    gateway: firstMs > 0 ? { kind: 'gateway', startMs: 0, durationMs: firstMs } : undefined,
    attempts: attempts.map((attempt, place) => {
      const { started_ms: startMs, latency_ms: durationMs, error_code: error } = attempt;
      if (error !== null) return [{ kind: 'failed', startMs, durationMs }];
      // Only the last one can have answered: the first token is its, and the call ends when it does.
      const isLast = place === attempts.length - 1;
      const endMs = isLast ? Math.max(startMs + durationMs, latencyMs ?? 0) : startMs + durationMs;
      const tokenMs = isLast && ttftMs !== null ? Math.min(Math.max(ttftMs, startMs), endMs) : endMs;
      const waiting: Span = { kind: 'waiting', startMs, durationMs: tokenMs - startMs };
      const answering: Span = { kind: 'answering', startMs: tokenMs, durationMs: endMs - tokenMs };
      return [waiting, answering].filter((span) => span.durationMs > 0);
    }),
  };
}
