import { isUnlimited } from '../counter.ts';
import type { Admission, LimitedSubject, Limiter, RateState, WindowState } from '../limiter.ts';
import { UNLIMITED } from '../memory-limiter.ts';
import { monotonicMs } from '../monotonic-clock.ts';
import { Pool } from './pool.ts';
import type { AdmitAnswer, AdmitAsk, PoolReport, SubjectAnswer } from './protocol.ts';
import { takeFromAnswer, takeFromBlock, undo, WorkerPermit, type WorkerHold } from './worker-permit.ts';

const SWEEP_EVERY_MS = 60_000;

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

  function forgetIdle(): void {
    for (const [id, pool] of pools) {
      if (pool.running > 0) continue;
      pool.stopKeeping();
      if (pool.hasNews()) tellLater(pool);
      pools.delete(id);
    }
  }

  function admitHere(subjects: readonly LimitedSubject[], tokens: number): Admission | null {
    const nowMs = now();
    const limited: Pool[] = [];
    for (const { id, limits } of subjects) {
      if (isUnlimited(limits)) continue;
      const pool = pools.get(id);
      if (pool === undefined || !pool.hasRoom(limits, tokens, nowMs)) return null;
      limited.push(pool);
    }
    if (limited.length === 0) return UNLIMITED;
    const holds: WorkerHold[] = [];
    const state: RateState = { requests: null, tokens: null };
    let next = 0;
    for (const { limits } of subjects) {
      if (isUnlimited(limits)) continue;
      const pool = limited[next];
      next += 1;
      if (pool === undefined) continue;
      holds.push(takeFromBlock(pool, limits, tokens));
      tightenBy(state, limits, {
        requestsLeft: pool.requests.left + pool.requests.leftElsewhere,
        requestsUntilMs: pool.requests.untilMs,
        tokensLeft: pool.tokens.left + pool.tokens.leftElsewhere,
        tokensUntilMs: pool.tokens.untilMs,
        nowMs,
      });
    }
    return { admitted: true, state, permit: new WorkerPermit(holds, onGivenBack) };
  }

  async function askOwner(
    subjects: readonly LimitedSubject[],
    tokens: number,
    isAwaited: () => boolean,
  ): Promise<Admission> {
    const limited = subjects.filter(({ limits }) => !isUnlimited(limits));
    const reports = limited.map(({ id }) => {
      const pool = poolOf(id);
      news.delete(pool);
      return pool.report();
    });
    const answer = await owner.admit({ subjects: limited, tokens, reports });
    const nowMs = now();
    const state: RateState = { requests: null, tokens: null };
    const heard = limited.flatMap(({ id, limits }, index) => {
      const of = answer.subjects[index];
      if (of === undefined) return [];
      const pool = poolOf(id);
      pool.hear(limits, of);
      tightenBy(state, limits, { ...of, nowMs });
      return [{ pool, limits, tokensTaken: of.tokensTaken }];
    });
    if (!answer.admitted) {
      const { refusedBy, retryAfterMs } = answer;
      return { admitted: false, state, refusedBy, retryAfterMs };
    }
    const holds = heard.map(({ pool, limits, tokensTaken }) => takeFromAnswer(pool, limits, tokensTaken));
    if (!isAwaited()) {
      for (const hold of holds) {
        undo(hold);
        tellLater(hold.pool);
      }
    }
    return { admitted: true, state, permit: new WorkerPermit(holds, onGivenBack) };
  }

  function ask(
    subjects: readonly LimitedSubject[],
    tokens: number,
    isAwaited: () => boolean,
  ): Admission | Promise<Admission> {
    return admitHere(subjects, tokens) ?? askOwner(subjects, tokens, isAwaited);
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
