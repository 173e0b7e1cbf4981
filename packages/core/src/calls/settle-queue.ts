import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { ConnectionLostError } from '@aigc/db/sql-session';
import { AppError } from '@aigc/shared/errors';
import { endedLate } from './ended-late.ts';
import type { Settlement } from './call-books.ts';

export interface SettleQueueOptions {
  /** Enters all of them in one transaction; doing it again changes nothing. */
  enter: (settlements: readonly Settlement[]) => Promise<void>;
  /** Keeps one that cannot be entered. */
  setAside: (settlement: Settlement, error: unknown) => Promise<void>;
  onError: (error: unknown) => void;
  /** While a client waits for its answer, settling is tried for this long. */
  patienceMs?: number;
}

interface Queued {
  settlement: Settlement;
  /** Null: nobody waits any more. */
  waiter: { resolve: () => void; reject: (error: Error) => void; untilMs: number } | null;
  queuedAtMs: number;
  /** It may be committed although the answer was lost: until the database says, no answer to its client is right. */
  isUncertain: boolean;
}

const PATIENCE_MS = 5_000;
const MAX_BATCH = 500;
/** Behind so many, what nobody waits for is left out: memory belongs to the calls whose bills wait. */
const MAX_UNAWAITED = 10_000;
const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

/** Settlements on their way into the database: those that come while a transaction runs share the next one. */
export class SettleQueue {
  readonly #options: SettleQueueOptions;
  #queue: Queued[] = [];
  #running: Promise<void> | null = null;

  constructor(options: SettleQueueOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#queue.length;
  }

  get oldestMs(): number {
    const [oldest] = this.#queue;
    return oldest === undefined ? 0 : performance.now() - oldest.queuedAtMs;
  }

  /** Resolves when it is committed. @throws AppError `service_unavailable`; the call is then entered as failed, later */
  settle(settlement: Settlement): Promise<void> {
    return new Promise((resolve, reject) => {
      const untilMs = performance.now() + (this.#options.patienceMs ?? PATIENCE_MS);
      this.#add({
        settlement,
        waiter: { resolve, reject, untilMs },
        queuedAtMs: performance.now(),
        isUncertain: false,
      });
    });
  }

  /** For what nobody waits for. It is left out when far too much waits already. */
  add(settlement: Settlement): void {
    if (this.#queue.length >= MAX_UNAWAITED) return;
    this.#add({ settlement, waiter: null, queuedAtMs: performance.now(), isUncertain: false });
  }

  /** True once nothing is left, false after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<boolean> {
    const giveUpAtMs = performance.now() + timeoutMs;
    while (this.#queue.length > 0) {
      if (performance.now() >= giveUpAtMs) return false;
      const timeout = new AbortController();
      const late = delay(Math.max(0, giveUpAtMs - performance.now()), null, { signal: timeout.signal });
      await Promise.race([this.#running, late.catch(() => null)]);
      timeout.abort();
    }
    return true;
  }

  #add(queued: Queued): void {
    this.#queue.push(queued);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    let backoffMs = MIN_BACKOFF_MS;
    // What is added in this turn of the event loop goes together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, MAX_BATCH);
      try {
        await this.#enter(batch);
        backoffMs = MIN_BACKOFF_MS;
      } catch (error) {
        this.#options.onError(error);
        this.#giveUpLate(error);
        await delay(backoffMs);
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
    this.#running = null;
  }

  /** Enters a batch, in parts if one of it cannot be entered: that one is set aside. */
  async #enter(batch: readonly Queued[]): Promise<void> {
    const [first, ...others] = batch;
    if (first === undefined) return;
    try {
      await this.#options.enter(batch.map(({ settlement }) => settlement));
    } catch (error) {
      if (error instanceof ConnectionLostError && error.wasSent) {
        for (const queued of batch) queued.isUncertain = true;
      }
      if (isDatabaseUnavailable(error)) throw error;
      if (others.length === 0) await this.#options.setAside(first.settlement, error);
      else {
        const middle = Math.ceil(batch.length / 2);
        await this.#enter(batch.slice(0, middle));
        await this.#enter(batch.slice(middle));
        return;
      }
    }
    const done = new Set(batch);
    this.#queue = this.#queue.filter((queued) => !done.has(queued));
    for (const { waiter } of batch) waiter?.resolve();
  }

  /** Clients that have waited long enough are told; their calls are entered as they saw them. */
  #giveUpLate(cause: unknown): void {
    for (const queued of this.#queue) {
      const { waiter, settlement } = queued;
      if (waiter === null || queued.isUncertain || performance.now() < waiter.untilMs) continue;
      queued.waiter = null;
      const message = 'The call could not be recorded. Try again shortly.';
      const error = new AppError('service_unavailable', message, { retryAfterSeconds: 1, cause });
      queued.settlement = endedLate(settlement, error);
      if (settlement.outcome.status === 'success') waiter.reject(error);
      else waiter.resolve();
    }
  }
}
