import { isUnlimited } from '../counter.ts';
import type { Admission, LimitedSubject, Limiter, RateState, WindowState } from '../limiter.ts';
import { UNLIMITED } from '../memory-limiter.ts';
import { monotonicMs } from '../monotonic-clock.ts';
import { Pool } from './pool.ts';
import type { AdmitAnswer, AdmitAsk, PoolReport, SubjectAnswer } from './protocol.ts';
import { takeFromAnswer, takeFromBlock, undo, WorkerPermit, type WorkerHold } from './worker-permit.ts';

/** Idle pools are looked for in small steps, for each that goes is told to the owner. */
const SWEEP_EVERY_MS = 1_000;
const SWEPT_AT_ONCE = 1_000;

/** The way to the process that owns the counters. What is sent arrives in the order in which it was sent. */
export interface OwnerLink {
  admit(ask: AdmitAsk): Promise<AdmitAnswer>;
  settle(reports: readonly PoolReport[]): void;
}

export interface WorkerLimiterOptions {
  owner: OwnerLink;
  /** A monotonic clock in milliseconds, the same in all processes. */
  now?: () => number;
}

/** Limits that several workers share, as one of them sees them. */
export interface WorkerLimiter extends Limiter {
  /**
   * As `admit`; a promise is rejected when the owner does not answer. `isAwaited` says, when the answer comes, whether
   * anybody still waits for it; otherwise what it brings is given back.
   */
  ask(
    subjects: readonly LimitedSubject[],
    tokens: number,
    isAwaited: () => boolean,
  ): Admission | Promise<Admission>;
  /** The owner wants what lies idle here. */
  recall(id: string): PoolReport;
}

export function createWorkerLimiter({ owner, now = monotonicMs }: WorkerLimiterOptions): WorkerLimiter {
  const pools = new Map<string, Pool>();
  /** To be reported with the end of this turn, in one message. */
  const news = new Set<Pool>();
  let isTelling = false;
  const sweeping = setInterval(forgetIdle, SWEEP_EVERY_MS);
  sweeping.unref();

  function poolOf(id: string): Pool {
    let pool = pools.get(id);
    if (pool === undefined) {
      pool = new Pool(id);
      pools.set(id, pool);
    }
    return pool;
  }

  function tellNews(): void {
    isTelling = false;
    const reports: PoolReport[] = [];
    for (const pool of news) if (pool.hasNews()) reports.push(pool.report());
    news.clear();
    if (reports.length > 0) owner.settle(reports);
  }

  function tellLater(pool: Pool): void {
    news.add(pool);
    if (isTelling) return;
    isTelling = true;
    setImmediate(tellNews);
  }

  function onGivenBack(pool: Pool): void {
    // A call that used more than its block had must count elsewhere at once.
    if (!pool.keeps || pool.tokens.left < 0) tellLater(pool);
  }

  let sweep = pools.entries();

  function forgetIdle(): void {
    const nowMs = now();
    for (let looked = 0; looked < SWEPT_AT_ONCE; looked += 1) {
      const next = sweep.next();
      if (next.done === true) {
        sweep = pools.entries();
        return;
      }
      const [id, pool] = next.value;
      if (!pool.isIdle(nowMs)) continue;
      pool.stopKeeping();
      if (pool.idlePlaces > 0) tellLater(pool);
      pools.delete(id);
    }
  }

  /** Takes what is here; the rest is asked for. */
  function ask(
    subjects: readonly LimitedSubject[],
    tokens: number,
    isAwaited: () => boolean,
  ): Admission | Promise<Admission> {
    const nowMs = now();
    const holds: WorkerHold[] = [];
    const state: RateState = { requests: null, tokens: null };
    let lacking: LimitedSubject[] | null = null;
    for (const subject of subjects) {
      const { id, limits } = subject;
      if (isUnlimited(limits)) continue;
      const pool = pools.get(id);
      if (pool === undefined || !pool.hasRoom(limits, tokens, nowMs)) {
        lacking ??= [];
        lacking.push(subject);
        continue;
      }
      holds.push(takeFromBlock(pool, limits, tokens));
      tightenBy(state, limits, {
        requestsLeft: pool.requests.left + pool.requests.leftElsewhere,
        requestsUntilMs: pool.requests.untilMs,
        tokensLeft: pool.tokens.left + pool.tokens.leftElsewhere,
        tokensUntilMs: pool.tokens.untilMs,
        nowMs,
      });
    }
    if (lacking !== null) return askOwner(lacking, tokens, { holds, state, isAwaited });
    if (holds.length === 0) return UNLIMITED;
    return { admitted: true, state, permit: new WorkerPermit(holds, onGivenBack) };
  }

  function undoAll(holds: readonly WorkerHold[]): void {
    for (const hold of holds) {
      undo(hold);
      if (hold.fromBlock) onGivenBack(hold.pool);
      else tellLater(hold.pool);
    }
  }

  /** `holds` and `state` are of the subjects that had room here. */
  async function askOwner(
    subjects: readonly LimitedSubject[],
    tokens: number,
    { holds, state, isAwaited }: { holds: WorkerHold[]; state: RateState; isAwaited: () => boolean },
  ): Promise<Admission> {
    let answer: AdmitAnswer;
    try {
      answer = await owner.admit({ subjects, tokens, reports: reportsOf(subjects) });
    } catch (error) {
      undoAll(holds);
      throw error;
    }
    const nowMs = now();
    subjects.forEach(({ id, limits }, index) => {
      const of = answer.subjects[index];
      if (of === undefined) return;
      const pool = poolOf(id);
      pool.hear(limits, of);
      tightenBy(state, limits, { ...of, nowMs });
      if (answer.admitted) holds.push(takeFromAnswer(pool, limits, of.tokensTaken));
    });
    if (!answer.admitted) {
      undoAll(holds);
      const { refusedBy, retryAfterMs } = answer;
      return { admitted: false, state, refusedBy, retryAfterMs };
    }
    if (!isAwaited()) undoAll(holds);
    return { admitted: true, state, permit: new WorkerPermit(holds, onGivenBack) };
  }

  /** The owner decides by all that there is, so nothing is kept back. */
  function reportsOf(subjects: readonly LimitedSubject[]): PoolReport[] {
    const reports: PoolReport[] = [];
    for (const { id } of subjects) {
      const pool = poolOf(id);
      news.delete(pool);
      if (!pool.isBlank()) reports.push(pool.report());
    }
    return reports;
  }

  return {
    ask,
    admit: (subjects, tokens) => ask(subjects, tokens, () => true),
    recall(id) {
      const pool = poolOf(id);
      pool.stopKeeping();
      news.delete(pool);
      return pool.report();
    },
    async close() {
      clearInterval(sweeping);
      for (const pool of pools.values()) {
        pool.stopKeeping();
        news.add(pool);
      }
      tellNews();
    },
  };
}

interface Left extends Pick<
  SubjectAnswer,
  'requestsLeft' | 'requestsUntilMs' | 'tokensLeft' | 'tokensUntilMs'
> {
  nowMs: number;
}

/** Folds what one subject has left into the tightest so far. */
function tightenBy(state: RateState, { rpm, tpm }: LimitedSubject['limits'], left: Left): void {
  if (rpm !== null) {
    state.requests = tighter(state.requests, {
      limit: rpm,
      remaining: Math.max(0, left.requestsLeft),
      resetMs: Math.max(0, left.requestsUntilMs - left.nowMs),
    });
  }
  if (tpm !== null) {
    state.tokens = tighter(state.tokens, {
      limit: tpm,
      remaining: Math.max(0, left.tokensLeft),
      resetMs: Math.max(0, left.tokensUntilMs - left.nowMs),
    });
  }
}

function tighter(current: WindowState | null, candidate: WindowState): WindowState {
  return current !== null && current.remaining <= candidate.remaining ? current : candidate;
}
