import type { Admission, LimitedSubject, Limiter } from './limiter.ts';
import type { MemoryLimiter } from './memory-limiter.ts';
import { monotonicMs } from './monotonic-clock.ts';

/** Counts that live elsewhere: in another process, or in Redis. */
export interface RemoteLimits {
  /**
   * As `Limiter.admit`, but a promise may be rejected, or stay open for ever. `isAwaited` tells, when an answer comes
   * at last, whether anybody still waits; otherwise whatever it took is given back.
   */
  ask(
    subjects: readonly LimitedSubject[],
    tokens: number,
    isAwaited: () => boolean,
  ): Admission | Promise<Admission>;
  close(): Promise<void>;
}

export interface FallbackOptions {
  remote: RemoteLimits;
  /** What counts while the other place does not answer. */
  local: MemoryLimiter;
  /** The longest that a call waits for the other place. */
  deadlineMs: number;
  /** Told when counting falls back, and when it is whole again. */
  onChange?: (isRemote: boolean, error?: unknown) => void;
  /** A monotonic clock in milliseconds. */
  now?: () => number;
}

/** How long nobody waits for a place that did not answer. Then one call tries it. */
const PAUSE_MS = 1_000;

/**
 * Counts elsewhere, and in this process while that place is down or slow: a call is never refused for it, and never
 * waits longer than the deadline.
 */
export function createFallbackLimiter(options: FallbackOptions): Limiter {
  const { remote, local, deadlineMs, onChange, now = monotonicMs } = options;
  let isRemote = true;
  let tryAtMs = 0;
  let isTrying = false;

  function fail(error: unknown): void {
    tryAtMs = now() + PAUSE_MS;
    isTrying = false;
    if (isRemote) onChange?.(false, error);
    isRemote = false;
  }

  function recover(): void {
    isTrying = false;
    if (!isRemote) onChange?.(true);
    isRemote = true;
  }

  function askRemote(subjects: readonly LimitedSubject[], tokens: number): Admission | Promise<Admission> {
    let isAwaited = true;
    const answer = remote.ask(subjects, tokens, () => isAwaited);
    if (!(answer instanceof Promise)) return answer;
    return new Promise((resolve) => {
      const fallBack = (error: unknown): void => {
        if (!isAwaited) return;
        isAwaited = false;
        clearTimeout(timer);
        fail(error);
        resolve(local.admit(subjects, tokens));
      };
      const timer = setTimeout(() => {
        // An answer that has come while this process was busy is read first.
        setImmediate(fallBack, new Error(`no answer within ${deadlineMs} ms`));
      }, deadlineMs);
      answer.then((admission) => {
        if (!isAwaited) return;
        isAwaited = false;
        clearTimeout(timer);
        recover();
        resolve(admission);
      }, fallBack);
    });
  }

  return {
    admit(subjects, tokens) {
      if (isRemote) return askRemote(subjects, tokens);
      if (isTrying || now() < tryAtMs) return local.admit(subjects, tokens);
      isTrying = true;
      const answer = askRemote(subjects, tokens);
      // Answered without asking: that proves nothing.
      if (!(answer instanceof Promise)) isTrying = false;
      return answer;
    },
    async close() {
      await remote.close();
      await local.close();
    },
  };
}
