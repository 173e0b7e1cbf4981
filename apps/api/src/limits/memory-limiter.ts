import {
  correctTokens,
  findLack,
  isUnlimited,
  takeRequests,
  takeTokens,
  tighten,
  tokensToTake,
  type Counter,
  type Lack,
} from './counter.ts';
import { CounterTable } from './counter-table.ts';
import type { Admission, LimitedSubject, Limiter, Permit, RateState } from './limiter.ts';
import { monotonicMs } from './monotonic-clock.ts';

const SWEEP_EVERY_MS = 60_000;

/** Counts in this process's memory and answers at once. */
export interface MemoryLimiter extends Limiter {
  admit(subjects: readonly LimitedSubject[], tokens: number): Admission;
  /** How many subjects are being counted. */
  size(): number;
}

/** `now` is a monotonic clock in milliseconds. */
export function createMemoryLimiter(now: () => number = monotonicMs): MemoryLimiter {
  const table = new CounterTable();
  const sweeping = setInterval(() => table.forgetIdle(now()), SWEEP_EVERY_MS);
  sweeping.unref();
  return {
    admit: (subjects, tokens) => admit(table, { subjects, tokens, nowMs: now() }),
    size: () => table.size,
    async close() {
      clearInterval(sweeping);
    },
  };
}

const NO_PERMIT: Permit = { end() {} };

/** The answer to a call that no limit concerns. */
export const UNLIMITED: Admission = Object.freeze({
  admitted: true,
  state: Object.freeze({ requests: null, tokens: null }),
  permit: NO_PERMIT,
});

interface Ask {
  subjects: readonly LimitedSubject[];
  tokens: number;
  nowMs: number;
}

function admit(table: CounterTable, ask: Ask): Admission {
  const { subjects, tokens, nowMs } = ask;
  const holds: Hold[] = [];
  let refusal: Lack | null = null;
  for (const subject of subjects) {
    if (isUnlimited(subject.limits)) continue;
    const counter = table.get(subject.id, nowMs);
    const lack = findLack(subject, counter, ask);
    if (lack !== null && (refusal === null || lack.retryAfterMs > refusal.retryAfterMs)) refusal = lack;
    holds.push(new Hold(subject, counter));
  }
  if (holds.length === 0) return UNLIMITED;
  if (refusal === null) for (const hold of holds) hold.take(tokens, nowMs);
  const state: RateState = { requests: null, tokens: null };
  for (const hold of holds) tighten(state, hold.subject.limits, { counter: hold.counter, nowMs });
  if (refusal === null) return { admitted: true, state, permit: new MemoryPermit(holds) };
  const { subject, kind, limit, retryAfterMs } = refusal;
  return { admitted: false, state, refusedBy: { subject, kind, limit }, retryAfterMs };
}

/** What a call has of one subject's limits. */
class Hold {
  readonly subject: LimitedSubject;
  readonly counter: Counter;
  #hasPlace = false;
  #tokens = 0;
  /** Zero: no window. */
  #tokensUntilMs = 0;

  constructor(subject: LimitedSubject, counter: Counter) {
    this.subject = subject;
    this.counter = counter;
  }

  take(tokens: number, nowMs: number): void {
    const { counter } = this;
    const { rpm, tpm, concurrency } = this.subject.limits;
    if (rpm !== null) takeRequests(counter, 1, nowMs);
    if (tpm !== null) {
      this.#tokens = tokensToTake(counter, tpm, tokens);
      takeTokens(counter, this.#tokens, nowMs);
      this.#tokensUntilMs = counter.tokensUntilMs;
    }
    if (concurrency !== null) {
      counter.running += 1;
      this.#hasPlace = true;
    }
  }

  giveBack(usedTokens: number): void {
    if (this.#hasPlace) this.counter.running -= 1;
    if (this.#tokensUntilMs === 0) return;
    correctTokens(this.counter, { tokens: this.#tokens, untilMs: this.#tokensUntilMs }, usedTokens);
  }
}

class MemoryPermit implements Permit {
  #holds: readonly Hold[];

  constructor(holds: readonly Hold[]) {
    this.#holds = holds;
  }

  end(usedTokens: number): void {
    const holds = this.#holds;
    this.#holds = [];
    for (const hold of holds) hold.giveBack(usedTokens);
  }
}
