import { setTimeout as delay } from 'node:timers/promises';
import { sealBodies, type KeptBody } from '@aigc/core/call-bodies/kept-bodies';
import { writeCallBodies, type CallBodiesRow } from '@aigc/core/call-bodies/write-call-bodies';
import type { Secrets } from '@aigc/core/secrets/secrets';
import type { Snapshot } from '@aigc/core/snapshot/snapshot';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import type { DeadlineConnection } from '@aigc/db/deadline-connection';
import type { Log } from '../../log.ts';
import { BodyCapture, type CapturedBody, type CapturedCall } from './body-capture.ts';
import { MemoryShare } from './memory-share.ts';

/** Of bodies that are being collected, or wait to be written. */
const MAX_MEMORY_BYTES = 32 * 1024 * 1024;
/** Calls that wait; of those beyond, only a mark does, … */
const MAX_WAITING = 5_000;
/** … and beyond this many marks not even that. */
const MAX_MARKS = 20_000;
const BATCH_CALLS = 64;
const BATCH_BYTES = 2 * 1024 * 1024;
/** Calls that end close to each other are written together. */
const GATHER_MS = 100;
const RETRY_MS = 1_000;
/** Of a batch that the database refuses, instead of being away. */
const MAX_TRIES = 3;

export interface BodyLogOptions {
  snapshot: Pick<Snapshot, 'bodyLogging'>;
  secrets: Secrets;
  connection: DeadlineConnection;
  log: Log;
  /** Of all bodies that wait; smaller in tests. */
  maxMemoryBytes?: number;
}

/** What a report says of it. */
export interface BodyLogCounts {
  written: number;
  dropped: number;
  waitingBytes: number;
}

/**
 * Keeps requests and answers of calls while an administrator wants it: collected while a call runs, compressed, sealed
 * and written after it, beside everything that a call waits for. What there is no room for is dropped, and counted.
 */
export class BodyLog {
  readonly #options: BodyLogOptions;
  readonly #memory: MemoryShare;
  #waiting: CapturedCall[] = [];
  #written = 0;
  #dropped = 0;
  /** Null: nothing is being written. */
  #writing: Promise<void> | null = null;
  readonly #closing = new AbortController();
  #hasWarned = false;

  constructor(options: BodyLogOptions) {
    this.#options = options;
    this.#memory = new MemoryShare(options.maxMemoryBytes ?? MAX_MEMORY_BYTES);
  }

  get counts(): BodyLogCounts {
    return { written: this.#written, dropped: this.#dropped, waitingBytes: this.#memory.takenBytes };
  }

  /** For a call that begins. Null: nothing of it is kept. */
  open(): BodyCapture | null {
    const policy = this.#options.snapshot.bodyLogging();
    return policy === null ? null : new BodyCapture(policy, this.#memory, (call) => this.#add(call));
  }

  /** Waits until everything is written, at most so long. False: something is not. */
  async flush(timeoutMs: number): Promise<boolean> {
    const idle = (async () => {
      while (this.#writing !== null) await this.#writing;
      return true;
    })();
    return Promise.race([idle, delay(timeoutMs, false, { ref: false })]);
  }

  async close(timeoutMs: number): Promise<void> {
    if (!(await this.flush(timeoutMs))) {
      this.#options.log.warn({ calls: this.#waiting.length }, 'Bodies of calls were not written in time.');
    }
    this.#closing.abort();
    await this.#options.connection.close();
  }

  #add(call: CapturedCall): void {
    if (this.#closing.signal.aborted) return;
    let entry = call;
    if (call.bodies !== null && this.#waiting.length >= MAX_WAITING) {
      this.#memory.give(call.heldBytes);
      entry = { ...call, bodies: null, heldBytes: 0 };
    }
    if (entry.bodies === null) this.#dropped += 1;
    if (this.#waiting.length >= MAX_MARKS) return;
    this.#waiting.push(entry);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  async #writeAll(): Promise<void> {
    await delay(GATHER_MS, undefined, { ref: false });
    while (this.#waiting.length > 0 && !this.#closing.signal.aborted) {
      const batch = this.#nextBatch();
      await this.#write(batch);
      for (const { heldBytes } of batch) this.#memory.give(heldBytes);
    }
  }

  #nextBatch(): CapturedCall[] {
    let bytes = 0;
    let count = 0;
    for (const { heldBytes } of this.#waiting) {
      bytes += heldBytes;
      if (count === BATCH_CALLS || (count > 0 && bytes > BATCH_BYTES)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  /** Tries until the database has them, or says that it never will. */
  async #write(batch: readonly CapturedCall[]): Promise<void> {
    const rows: CallBodiesRow[] = [];
    for (const call of batch) rows.push(await this.#toRow(call));
    const { connection, log } = this.#options;
    for (let tries = 1; !this.#closing.signal.aborted; tries += 1) {
      try {
        await connection.use((run) => writeCallBodies(run, rows));
        this.#hasWarned = false;
        this.#written += rows.filter(({ sealed }) => sealed !== null).length;
        return;
      } catch (error) {
        if (this.#closing.signal.aborted) return;
        if (tries >= MAX_TRIES && !isDatabaseUnavailable(error)) {
          log.error({ err: error }, 'Bodies of calls could not be written, and are lost.');
          this.#dropped += rows.length;
          return;
        }
        if (!this.#hasWarned) log.warn({ err: error }, 'Bodies of calls wait for the database.');
        this.#hasWarned = true;
        await delay(RETRY_MS, undefined, { ref: false, signal: this.#closing.signal }).catch(() => {});
      }
    }
  }

  async #toRow({ requestId, userId, apiKeyId, createdAt, bodies }: CapturedCall): Promise<CallBodiesRow> {
    const row = { requestId, userId, apiKeyId, createdAt };
    if (bodies === null) return { ...row, sealed: null };
    const request = toKept(bodies.request);
    const answer = bodies.answer === null ? null : toKept(bodies.answer);
    // Compressing gives the event loop back between one call and the next.
    const sealed = await sealBodies(this.#options.secrets, { requestId, userId }, { request, answer });
    return { ...row, sealed };
  }
}

function toKept({ text, ...rest }: CapturedBody): KeptBody {
  return { ...rest, text: text.toString('utf8') };
}
