import { within } from '../../processes/within.ts';
import { findLack, isIdle, tokensToTake, type Lack } from '../counter.ts';
import type { LimitedSubject } from '../limiter.ts';
import { monotonicMs } from '../monotonic-clock.ts';
import { blockOf } from './block-size.ts';
import type { AdmitAnswer, AdmitAsk, Block, PoolReport, SubjectAnswer } from './protocol.ts';
import { SharedCounter } from './shared-counter.ts';

const SWEEP_EVERY_MS = 60_000;
const DEAD = 'the worker that asked has died';
/** Each round waits for workers that may take blocks again in between; two are rare, three never seen. */
const MOST_RECALLS = 3;
/**
 * A worker that is busy, as one that has just begun, takes its time to answer, and meanwhile what it holds idle would
 * refuse its siblings' calls. All rounds together have to end before the call that waits is counted by its own process
 * alone (`LIMIT_DEADLINE_MS`).
 */
const RECALL_MS = 600;

export interface LimitOwnerOptions {
  /** How many workers there are. */
  workers: number;
  /** Asks a worker for all it holds idle of a subject. */
  recall(worker: number, id: string): Promise<PoolReport>;
  /** How long the answer is waited for. One that comes later counts, too: the worker has given those things away. */
  recallMs?: number;
  /** A monotonic clock in milliseconds. */
  now?: () => number;
}

/** Owns the counters that several workers share. */
export interface LimitOwner {
  admit(worker: number, ask: AdmitAsk): AdmitAnswer | Promise<AdmitAnswer>;
  settle(worker: number, reports: readonly PoolReport[]): void;
  /** Frees what a dead worker's calls held. */
  forget(worker: number): void;
  close(): void;
}

export function createLimitOwner(options: LimitOwnerOptions): LimitOwner {
  const { workers, recall, recallMs = RECALL_MS, now = monotonicMs } = options;
  const table = new Map<string, SharedCounter>();
  const dead = new Set<number>();
  const sweeping = setInterval(() => forgetIdle(table, now()), SWEEP_EVERY_MS);
  sweeping.unref();

  function counterOf(id: string): SharedCounter {
    let shared = table.get(id);
    if (shared === undefined) {
      shared = new SharedCounter();
      table.set(id, shared);
    }
    shared.roll(now());
    return shared;
  }

  function settle(worker: number, reports: readonly PoolReport[]): void {
    if (dead.has(worker)) return;
    for (const report of reports) counterOf(report.id).settle(worker, report);
  }

  /** The limits that lack room, each with its subject's counter. */
  function lacksOf({ subjects, tokens }: AdmitAsk): { shared: SharedCounter; lack: Lack }[] {
    const nowMs = now();
    return subjects.flatMap((subject) => {
      const shared = counterOf(subject.id);
      const lack = findLack(subject, shared.counter, { nowMs, tokens });
      return lack === null ? [] : [{ shared, lack }];
    });
  }

  /** Begins to fetch what workers hold idle of a subject, or joins whoever does; null: they hold nothing. */
  function recallFor(id: string, shared: SharedCounter): Promise<void> | null {
    if (shared.recall !== null) return shared.recall;
    const holders = shared.recallFrom(now());
    if (holders.length === 0) return null;
    const fetched = holders.map(async (holder) => {
      try {
        await within(
          recallMs,
          recall(holder, id).then((report) => settle(holder, [report])),
        );
      } catch {
        // It hangs or has died; what it holds stays counted until its window is over.
      }
    });
    shared.recall = Promise.all(fetched).then(() => {
      shared.recall = null;
    });
    return shared.recall;
  }

  function begin(worker: number, { subjects, tokens }: AdmitAsk): AdmitAnswer {
    const nowMs = now();
    const taken = subjects.map((subject) => {
      const { rpm, tpm, concurrency } = subject.limits;
      const shared = counterOf(subject.id);
      const tokensTaken = tpm === null ? null : tokensToTake(shared.counter, tpm, tokens);
      shared.take(worker, { request: rpm !== null, tokens: tokensTaken, place: concurrency !== null, nowMs });
      return { subject, shared, tokensTaken: tokensTaken ?? 0 };
    });
    const blocks = taken.map(({ subject, shared }) =>
      shared.isTight(nowMs) ? null : blockOf(subject.limits, shared.counter, { tokens, workers }),
    );
    // A block of one subject is of no use while another has to be asked for anyway.
    const isPlenty = !blocks.includes(null);
    const answers = taken.map(({ subject, shared, tokensTaken }, index) => {
      const block = isPlenty ? (blocks[index] ?? null) : null;
      if (block !== null) shared.grant(worker, block);
      return answerOf(subject, shared, { tokensTaken, block });
    });
    return { admitted: true, subjects: answers };
  }

  function refuse({ subjects }: AdmitAsk, lacks: readonly Lack[]): AdmitAnswer {
    const { subject, kind, limit, retryAfterMs } = lacks.reduce((longest, lack) =>
      lack.retryAfterMs > longest.retryAfterMs ? lack : longest,
    );
    const answers = subjects.map((each) =>
      answerOf(each, counterOf(each.id), { tokensTaken: 0, block: null }),
    );
    return { admitted: false, subjects: answers, refusedBy: { subject, kind, limit }, retryAfterMs };
  }

  async function admitAfterRecalls(worker: number, ask: AdmitAsk): Promise<AdmitAnswer> {
    for (let round = 0; ; round += 1) {
      if (dead.has(worker)) throw new Error(DEAD);
      const lacks = lacksOf(ask);
      if (lacks.length === 0) return begin(worker, ask);
      const recalls = lacks.flatMap(({ shared, lack }) => recallFor(lack.subject, shared) ?? []);
      const isHopeless = recalls.length < lacks.length;
      if (isHopeless || round === MOST_RECALLS) {
        return refuse(
          ask,
          lacks.map(({ lack }) => lack),
        );
      }
      await Promise.all(recalls);
    }
  }

  return {
    admit(worker, ask) {
      // Its last words may be read after its end; nobody would ever give back what they are granted.
      if (dead.has(worker)) throw new Error(DEAD);
      settle(worker, ask.reports);
      return lacksOf(ask).length === 0 ? begin(worker, ask) : admitAfterRecalls(worker, ask);
    },
    settle,
    forget(worker) {
      dead.add(worker);
      for (const shared of table.values()) shared.forget(worker);
    },
    close: () => clearInterval(sweeping),
  };
}

function answerOf(
  { limits }: LimitedSubject,
  shared: SharedCounter,
  { tokensTaken, block }: { tokensTaken: number; block: Block | null },
): SubjectAnswer {
  const { counter } = shared;
  return {
    requestsUntilMs: counter.requestsUntilMs,
    requestsLeft: Math.max(0, (limits.rpm ?? 0) - counter.requests + shared.idleRequests()),
    tokensUntilMs: counter.tokensUntilMs,
    tokensLeft: Math.max(0, (limits.tpm ?? 0) - counter.tokens + shared.idleTokens()),
    tokensTaken,
    block,
  };
}

function forgetIdle(table: Map<string, SharedCounter>, nowMs: number): void {
  for (const [id, { counter, recall }] of table) {
    if (recall === null && isIdle(counter, nowMs)) table.delete(id);
  }
}
