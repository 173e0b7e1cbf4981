import { setTimeout as delay } from 'node:timers/promises';
import type { SequencedRecord } from '../journal/journal-record.ts';
import { BatchWriter, type BatchWriterOptions } from './batch-writer.ts';
import { paceMs } from './drain-pace.ts';

/** A journal, as far as it is drained. */
export interface DrainSource {
  /** Records behind `after`, in order, at most `max`. */
  read(after: number, max: number): Promise<SequencedRecord[]>;
  /** Everything up to this record is committed. */
  drained(sequence: number): Promise<void>;
}

export interface DrainOptions extends BatchWriterOptions {
  source: DrainSource;
  /** The database is away; told once until it is back. */
  onAway: (error: unknown) => void;
  onBack: () => void;
}

/** Records entered in one transaction, at most. */
export const MAX_BATCH = 8_000;
const MIN_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

/** Moves what a journal holds into the database, batch by batch, for as long as it runs. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #writer: BatchWriter;
  /** Read and entered so far. */
  #cursor = 0;
  #isAway = false;
  #isStopped = false;
  #isUrgent = false;
  /** Not before, unless somebody waits for the end. */
  #nextBatchAtMs = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => {};
  #hasNews = true;
  #waiters: { cursor: number; resolve: () => void }[] = [];
  #running: Promise<void> | null = null;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#writer = new BatchWriter(options, 0);
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** False while it is unknown whether the last batch was committed. */
  get isSettled(): boolean {
    return this.#writer.isSettled;
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
        this.#sayAway(error);
        await Promise.race([delay(backoffMs), this.#untilStopped()]);
        backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
  }

  /** The first call after a pause is entered at once; those that follow closely wait for each other. */
  async #pace(): Promise<void> {
    const waitMs = this.#nextBatchAtMs - performance.now();
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
    const { source } = this.#options;
    const records = await source.read(this.#cursor, MAX_BATCH);
    const last = records.at(-1);
    if (last === undefined) {
      this.#isUrgent = false;
      return;
    }
    this.#nextBatchAtMs = performance.now() + paceMs(records.length);
    if (records.length === MAX_BATCH) {
      // There is more: no pause.
      this.#hasNews = true;
      this.#nextBatchAtMs = Number.NEGATIVE_INFINITY;
    } else if (this.#isUrgent) this.#hasNews = true;
    await this.#writer.enter(records);
    this.#cursor = last.sequence;
    await source.drained(this.#cursor);
    this.#waiters = this.#waiters.filter(({ cursor, resolve }) => {
      if (cursor > this.#cursor) return true;
      resolve();
      return false;
    });
    if (this.#waiters.length === 0) this.#isUrgent = false;
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
