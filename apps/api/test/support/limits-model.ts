import type { LimitedSubject } from '../../src/limits/limiter.ts';

/**
 * The meaning of the limits, recomputed from the whole history at every question: what the tests hold the real
 * limiters against.
 */
export class LimitsModel {
  readonly #calls: ModelCall[] = [];

  /** Whether every limit has room at this time for one more call. */
  hasRoom(subjects: readonly LimitedSubject[], tokens: number, nowMs: number): boolean {
    return subjects.every(({ id, limits: { rpm, tpm, concurrency } }) => {
      const running = this.#of(id).filter((call) => call.concurrency.has(id) && call.isRunning).length;
      const requests = this.#window(id, 'requests', nowMs).length;
      const used = this.tokensUsed(id, nowMs);
      return (
        (concurrency === null || running < concurrency) &&
        (rpm === null || requests < rpm) &&
        (tpm === null || (tokens > tpm ? used < tpm : used + tokens <= tpm))
      );
    });
  }

  begin(subjects: readonly LimitedSubject[], tokens: number, nowMs: number): ModelCall {
    const call: ModelCall = {
      atMs: nowMs,
      isRunning: true,
      requests: new Set(),
      concurrency: new Set(),
      tokens: new Map(),
    };
    for (const { id, limits } of subjects) {
      if (limits.rpm !== null) call.requests.add(id);
      if (limits.concurrency !== null) call.concurrency.add(id);
      if (limits.tpm === null) continue;
      const left = limits.tpm - this.tokensUsed(id, nowMs);
      call.tokens.set(id, tokens > limits.tpm ? Math.max(0, left) : tokens);
    }
    this.#calls.push(call);
    return call;
  }

  end(call: ModelCall, usedTokens: number): void {
    call.isRunning = false;
    for (const id of call.tokens.keys()) call.tokens.set(id, usedTokens);
  }

  requestsUsed(id: string, nowMs: number): number {
    return this.#window(id, 'requests', nowMs).length;
  }

  tokensUsed(id: string, nowMs: number): number {
    return this.#window(id, 'tokens', nowMs).reduce((sum, call) => sum + (call.tokens.get(id) ?? 0), 0);
  }

  #of(id: string): ModelCall[] {
    return this.#calls.filter(
      (call) => call.requests.has(id) || call.tokens.has(id) || call.concurrency.has(id),
    );
  }

  /** The calls of the window that is open now. */
  #window(id: string, kind: 'requests' | 'tokens', nowMs: number): ModelCall[] {
    let beganMs = Number.NEGATIVE_INFINITY;
    let calls: ModelCall[] = [];
    for (const call of this.#calls.filter((candidate) => candidate[kind].has(id))) {
      if (call.atMs >= beganMs + 60_000) {
        beganMs = call.atMs;
        calls = [];
      }
      calls.push(call);
    }
    return nowMs >= beganMs + 60_000 ? [] : calls;
  }
}

export interface ModelCall {
  atMs: number;
  isRunning: boolean;
  requests: Set<string>;
  concurrency: Set<string>;
  tokens: Map<string, number>;
}
