import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { ConnectionLostError, type SqlSession } from '@aigc/db/sql-session';
import type { SequencedRecord } from '../journal/journal-record.ts';
import type { Settlement } from './call-books.ts';
import {
  advance,
  enterBatch,
  PositionMovedError,
  readPosition,
  settlementsOf,
  type DrainBatch,
} from './drain-batch.ts';
import { quarantine } from './quarantine.ts';

/** A journal, as far as it is drained. */
export interface DrainSource {
  /** Records behind `after`, in order, at most `max`. */
  read(after: number, max: number): Promise<SequencedRecord[]>;
  /** Everything up to this record is committed. */
  drained(sequence: number): Promise<void>;
}

export interface DrainOptions {
  journalId: string;
  session: SqlSession;
  source: DrainSource;
  /** These were entered, or set aside: what they had spent has left the lease's rows. */
  onEntered: (settlements: readonly Settlement[]) => void;
  onQuarantined: (settlement: Settlement, error: unknown) => void;
  /** The database is away; told once until it is back. */
  onAway: (error: unknown) => void;
  onBack: () => void;
}

const MAX_BATCH = 1_000;
/** While calls keep coming, batches begin this far apart, so that each enters many. */
const PACE_MS = 150;
const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;
const UNIQUE_VIOLATION = '23505';

/** Moves what a journal holds into the database, batch by batch, for as long as it runs. */
export class Drain {
  readonly #options: DrainOptions;
  /** Read so far; the database's position follows, but only settlements move it. */
  #cursor = 0;
  #position = 0;
  #isUncertain = false;
  #isAway = false;
  #isStopped = false;
  #isUrgent = false;
  #lastBatchAtMs = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => {};
  #hasNews = true;
  #waiters: { cursor: number; resolve: () => void }[] = [];
  #running: Promise<void> | null = null;

  constructor(options: DrainOptions) {
    this.#options = options;
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** False while it is unknown whether the last batch was committed. */
  get isSettled(): boolean {
    return !this.#isUncertain;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is something new to read. */
  wake(): void {
    this.#hasNews = true;
    this.#wake();
  }

  /** Resolves with true once everything up to `cursor` is in the database, with false after `timeoutMs`. */
  async until(cursor: number, timeoutMs: number): Promise<boolean> {
    if (this.#cursor >= cursor) return true;
    this.#isUrgent = true;
    this.wake();
    let timer: NodeJS.Timeout | undefined;
    const drained = new Promise<boolean>((resolve) => {
      this.#waiters.push({ cursor, resolve: () => resolve(true) });
      timer = setTimeout(() => resolve(false), timeoutMs);
    });
    try {
      return await drained;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends after the batch that runs. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let backoffMs = MIN_BACKOFF_MS;
    while (!this.#isStopped) {
      if (!this.#hasNews) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = () => {};
        continue;
      }
      await this.#pace();
      if (this.#isStopped) return;
      this.#hasNews = false;
      try {
        await this.#drainOnce();
        backoffMs = MIN_BACKOFF_MS;
        this.#sayBack();
      } catch (error) {
        this.#hasNews = true;
        if (error instanceof ConnectionLostError && error.wasSent) this.#isUncertain = true;
        this.#sayAway(error);
        await Promise.race([delay(backoffMs), this.#untilStopped()]);
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
  }

  /** The first call after a pause is entered at once; those that follow closely wait for each other. */
  async #pace(): Promise<void> {
    const waitMs = this.#lastBatchAtMs + PACE_MS - performance.now();
    if (waitMs <= 0 || this.#isUrgent) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        if (!this.#isStopped && !this.#isUrgent) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }

  #untilStopped(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        if (this.#isStopped) resolve();
      };
    });
  }

  async #drainOnce(): Promise<void> {
    const { journalId, source } = this.#options;
    const records = await source.read(this.#cursor, MAX_BATCH);
    const last = records.at(-1);
    if (last === undefined) {
      this.#isUrgent = false;
      return;
    }
    this.#lastBatchAtMs = performance.now();
    if (records.length === MAX_BATCH) {
      // There is more: no pause.
      this.#hasNews = true;
      this.#lastBatchAtMs = Number.NEGATIVE_INFINITY;
    } else if (this.#isUrgent) this.#hasNews = true;
    await this.#enter({ journalId, after: this.#position, records });
    this.#cursor = last.sequence;
    await source.drained(this.#cursor);
    this.#waiters = this.#waiters.filter(({ cursor, resolve }) => {
      if (cursor > this.#cursor) return true;
      resolve();
      return false;
    });
    if (this.#waiters.length === 0) this.#isUrgent = false;
  }

  /** Enters the batch, in parts if need be. @throws if the database is away; parts may have been entered */
  async #enter(batch: DrainBatch): Promise<void> {
    const { session } = this.#options;
    const records = batch.records.filter(({ sequence }) => sequence > this.#position);
    const last = records.at(-1);
    if (last === undefined || settlementsOf(records).length === 0) return;
    const rest = { ...batch, after: this.#position, records };
    try {
      const entered = await this.#enterOnce(rest);
      this.#moveTo(last.sequence, entered);
    } catch (error) {
      if (error instanceof PositionMovedError) {
        // An earlier attempt was committed although its answer was lost.
        const position = await readPosition(session, batch.journalId);
        const committed = records.filter(({ sequence }) => sequence <= position);
        this.#moveTo(position, settlementsOf(committed));
        await this.#enter(batch);
        return;
      }
      if (isDatabaseUnavailable(error)) throw error;
      await this.#divide(rest, error);
    }
  }

  async #enterOnce(batch: DrainBatch): Promise<Settlement[]> {
    const { session } = this.#options;
    try {
      return await enterBatch(session, batch, { mayBeLogged: this.#isUncertain });
    } catch (error) {
      const isLogged = error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
      if (!isLogged) throw error;
      return enterBatch(session, batch, { mayBeLogged: true });
    }
  }

  /** Finds the record that cannot be entered; the others are. */
  async #divide(batch: DrainBatch, error: unknown): Promise<void> {
    const { records } = batch;
    const [only] = settlementsOf(records);
    if (settlementsOf(records).length === 1 && only !== undefined) {
      await this.#setAside(batch, only, error);
      this.#moveTo(records.at(-1)?.sequence ?? this.#position, [only]);
      this.#options.onQuarantined(only, error);
      return;
    }
    const middle = Math.ceil(records.length / 2);
    await this.#enter({ ...batch, records: records.slice(0, middle) });
    await this.#enter({ ...batch, records: records.slice(middle) });
  }

  async #setAside(batch: DrainBatch, settlement: Settlement, error: unknown): Promise<void> {
    const { session } = this.#options;
    try {
      await quarantine(session, batch, { settlement, error });
    } catch (cause) {
      if (isDatabaseUnavailable(cause)) throw cause;
      // Not even the quarantine takes it: the log of the process has it, and the rest must go on.
      await session.transaction((sql) => advance(sql, batch));
    }
  }

  #moveTo(position: number, entered: readonly Settlement[]): void {
    this.#position = position;
    this.#isUncertain = false;
    this.#options.onEntered(entered);
  }

  #sayAway(error: unknown): void {
    if (!this.#isAway) this.#options.onAway(error);
    this.#isAway = true;
  }

  #sayBack(): void {
    if (this.#isAway) this.#options.onBack();
    this.#isAway = false;
  }
}
