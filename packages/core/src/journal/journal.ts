import { mkdir, readFile, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { BegunCall } from '../calls/call.ts';
import type { Settlement } from '../calls/call-books.ts';
import { gatherMs } from './flush-pace.ts';
import { FRAME_HEADER_BYTES, placeFrames } from './frame.ts';
import { JournalFullError } from './journal-errors.ts';
import { diskFiles, type JournalFiles } from './journal-files.ts';
import { JournalMemory } from './journal-memory.ts';
import { encodeRecord, requestIdOf, type JournalRecord, type SequencedRecord } from './journal-record.ts';
import { RecordBuffer } from './record-buffer.ts';
import { BEGIN_AFTER_MS, OpenBegins, type CallBegin } from './open-begins.ts';
import { scanSegment } from './scan-segment.ts';
import {
  adoptSpare,
  SEGMENT_HEADER_BYTES,
  segmentHeader,
  syncDirectory,
  type Segment,
} from './segment-file.ts';
import { RECORD_ROOM_BYTES, SegmentSpace } from './segment-space.ts';

export interface JournalOptions {
  /** The directory of all journals; this one gets a directory of its own in it, named by `id`. */
  directory: string;
  /** Of the process that writes it. */
  id: string;
  /**
   * A sync failed: what it covered may or may not be on disk, and asking again would not tell. The process must end;
   * the next one reads what is there.
   */
  onFatal: (error: Error) => void;
  segmentBytes?: number;
  /** Segments may take this much of the disk before calls are refused. */
  maxBytes?: number;
  files?: JournalFiles;
}

const DEFAULT_SEGMENT_BYTES = 16 * 1024 * 1024;
const DEFAULT_MAX_BYTES = 2 * 1024 * 1024 * 1024;
/** A drained segment in which calls are still open is given up once there are more than this. */
const KEPT_FOR_OPEN_CALLS = 4;
/** By less, no timer is set anew. */
const SOONER_MS = 1;

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * The append-only journal of one process. `settle` resolves once its record is on disk; records that wait at
 * the same time share one sync. Segments have their space before they are used and are removed once the
 * drain has committed what is in them.
 */
export class Journal {
  readonly id: string;
  readonly directory: string;
  readonly #files: JournalFiles;
  readonly #segmentBytes: number;
  readonly #onFatal: (error: Error) => void;

  #segments: Segment[] = [];
  #fd = -1;
  /** Where the next bytes go, and how many of those before are on disk, in the current segment. */
  #position = 0;
  #durableBytes = 0;
  readonly #space: SegmentSpace;

  #nextSequence = 1;
  #writtenSequence = 0;
  #durableSequence = 0;
  #drainedSequence = 0;
  #pending = new RecordBuffer();
  #writing = new RecordBuffer();
  #pendingFirst = 1;
  #waiters: Waiter[] = [];
  readonly #memory = new JournalMemory();
  #lastRead: { segment: Segment; records: SequencedRecord[] } | null = null;
  readonly #begins = new OpenBegins();
  #newBegins: string[] = [];
  #endedBegins: string[] = [];
  #writeTimer: NodeJS.Timeout | null = null;

  #isFlushing = false;
  #flushTimer: NodeJS.Timeout | NodeJS.Immediate | null = null;
  #flushAtMs = 0;
  #lastFlushAtMs = Number.NEGATIVE_INFINITY;
  /** When a call last began while another was open. */
  #lastConcurrentAtMs = Number.NEGATIVE_INFINITY;
  #failure: Error | null = null;
  #onIdle: (() => void)[] = [];
  /** Told when there is something new for the drain. */
  onWritten: () => void = () => {};

  private constructor(options: JournalOptions) {
    this.id = options.id;
    this.directory = join(options.directory, options.id);
    this.#files = options.files ?? diskFiles;
    this.#segmentBytes = options.segmentBytes ?? DEFAULT_SEGMENT_BYTES;
    this.#onFatal = options.onFatal;
    this.#space = new SegmentSpace({
      directory: this.directory,
      segmentBytes: this.#segmentBytes,
      maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
      used: () => ({
        leftBytes: this.#segmentBytes - this.#position - this.#pending.length - this.#writing.length,
        segments: this.#segments.length,
      }),
    });
  }

  /** Makes the directory and the first segment. @throws if the disk does not give the space */
  static async open(options: JournalOptions): Promise<Journal> {
    const journal = new Journal(options);
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    await mkdir(journal.directory, { mode: 0o700 });
    await syncDirectory(options.directory);
    await journal.#switchSegment(1);
    return journal;
  }

  /**
   * Sets room for a call's records aside. True: the call may go on, and `release` gives the room back. A promise
   * while more space is being made. False: there is none.
   */
  reserve(bytes = RECORD_ROOM_BYTES): boolean | Promise<boolean> {
    return this.#failure === null && this.#space.reserve(bytes);
  }

  release(bytes = RECORD_ROOM_BYTES): void {
    this.#space.release(bytes);
  }

  /**
   * Notes that a call's upstream is asked. Nobody waits for it, and a call that is over at once never needs it.
   * `settle` takes what it returns.
   */
  begin(call: BegunCall): CallBegin {
    const nowMs = performance.now();
    if (this.#space.openCalls > 1) this.#lastConcurrentAtMs = nowMs;
    this.#writeSoon();
    return this.#begins.add(call, nowMs);
  }

  /**
   * Resolves once the settlement is on disk. One that is larger than the room that its call was promised is taken if
   * nobody else's room is needed for it. @throws JournalFullError if it could not be written: it is not there
   */
  settle(settlement: Settlement, begin: CallBegin | null = null): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      const record: JournalRecord = { kind: 'settlement', settlement };
      const text = encodeRecord(record);
      if (!this.#fits(text)) {
        reject(new JournalFullError('the record is larger than the room that is left'));
        return;
      }
      this.#append(record, { text, begin });
      this.#waiters.push({ resolve, reject });
      this.#scheduleFlush();
    });
  }

  /** A record does not span segments: what is left of the current one may be lost to it. */
  #fits(text: string): boolean {
    // No character of JavaScript becomes more than three bytes of UTF-8.
    if (FRAME_HEADER_BYTES + text.length * 3 <= RECORD_ROOM_BYTES) return true;
    const bytes = FRAME_HEADER_BYTES + Buffer.byteLength(text);
    if (bytes <= RECORD_ROOM_BYTES) return true;
    return bytes <= this.#segmentBytes - SEGMENT_HEADER_BYTES && this.#space.freeBytes >= 2 * bytes;
  }

  /** Adds a record that nobody waits for; it goes to disk with the next that somebody waits for. */
  append(record: JournalRecord): void {
    if (this.#failure === null) this.#append(record, { text: encodeRecord(record), begin: null });
  }

  #appendBegin(begin: CallBegin): void {
    if (this.#failure !== null) return;
    const record: JournalRecord = { kind: 'begin', call: begin.call };
    this.#append(record, { text: encodeRecord(record), begin });
  }

  #append(record: JournalRecord, { text, begin }: { text: string; begin: CallBegin | null }): void {
    const sequence = this.#nextSequence;
    this.#nextSequence += 1;
    this.#pending.add(text, sequence);
    this.#memory.add({ sequence, record });
    const requestId = requestIdOf(record);
    if (record.kind === 'begin') {
      this.#begins.writing(begin ?? this.#begins.add(record.call, performance.now()));
      this.#newBegins.push(requestId);
    } else if (this.#begins.isWritten(requestId, begin)) this.#endedBegins.push(requestId);
    this.#writeSoon();
  }

  /**
   * Records behind `after`, in order, at most `max`. The latest may still be on their way to the disk: PostgreSQL may
   * have them before, since no later journal counts on.
   */
  async read(after: number, max: number): Promise<SequencedRecord[]> {
    const from = after + 1;
    const upTo = this.#writtenSequence;
    if (from > upTo) return [];
    const inMemory = this.#memory.read(from, { upTo, max });
    if (inMemory !== undefined) return inMemory;
    const segment = this.#segments.findLast(({ firstSequence }) => firstSequence <= from);
    if (segment === undefined) throw new Error(`record ${from} of journal ${this.id} has gone`);
    const records = await this.#readSegment(segment);
    return records.filter(({ sequence }) => sequence >= from && sequence <= upTo).slice(0, max);
  }

  /** A past segment is kept until the next is asked for: the drain reads it batch by batch. */
  async #readSegment(segment: Segment): Promise<SequencedRecord[]> {
    if (this.#lastRead?.segment === segment) return this.#lastRead.records;
    const { records } = scanSegment(await readFile(segment.path), segment.firstSequence);
    this.#lastRead = segment === this.#segments.at(-1) ? null : { segment, records };
    return records;
  }

  /** Everything up to this record is committed to PostgreSQL: segments that nothing needs any more are removed. */
  async drained(sequence: number): Promise<void> {
    this.#drainedSequence = sequence;
    this.#memory.forget(sequence);
    while (this.#segments.length > 1) {
      const [first] = this.#segments;
      if (first === undefined || first.lastSequence > sequence) return;
      if (first.openBegins > 0 && !(await this.#renewBegins(first))) return;
      this.#segments.shift();
      if (this.#lastRead?.segment === first) this.#lastRead = null;
      await unlink(first.path);
    }
  }

  /** Notes the open calls of an old segment anew, so that a call that lasts does not keep everything since it began. */
  async #renewBegins(segment: Segment): Promise<boolean> {
    if (this.#segments.length <= KEPT_FOR_OPEN_CALLS) return false;
    for (const begin of this.#begins.in(segment)) this.#appendBegin(begin);
    await this.flush();
    return segment.openBegins === 0;
  }

  get undrainedRecords(): number {
    return this.#writtenSequence - this.#drainedSequence;
  }

  get undrainedBytes(): number {
    return (this.#segments.length - 1) * this.#segmentBytes + this.#position;
  }

  /** When the oldest call that is not drained was created; null: all are. */
  get oldestUndrained(): SequencedRecord | null {
    return this.undrainedRecords === 0 ? null : (this.#memory.oldest ?? null);
  }

  get hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Whether a call would find room now. */
  get hasRoom(): boolean {
    return this.#failure === null && this.#space.freeBytes >= RECORD_ROOM_BYTES;
  }

  /** Writes and syncs everything appended so far. */
  async flush(): Promise<void> {
    if (this.#failure !== null || this.#durableSequence === this.#nextSequence - 1) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#scheduleFlush();
    });
  }

  /** Ends writing. The directory stays unless `isDrained`: then everything is in PostgreSQL, and it is removed. */
  async close({ isDrained }: { isDrained: boolean }): Promise<void> {
    if (this.#writeTimer !== null) clearTimeout(this.#writeTimer);
    await this.flush().catch(() => {});
    if (this.#isFlushing) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    await this.#space.close();
    this.#failure ??= new JournalFullError('the journal is closed');
    await this.#files.close(this.#fd);
    if (isDrained) await rm(this.directory, { recursive: true });
  }

  #writeSoon(): void {
    this.#writeTimer ??= setTimeout(() => this.#writeUnawaited(), BEGIN_AFTER_MS).unref();
  }

  /** Writes what nobody waits for, without a sync: a crash of the process alone does not take it back. */
  #writeUnawaited(): void {
    this.#writeTimer = null;
    for (const begin of this.#begins.takeDue(performance.now())) this.#appendBegin(begin);
    if (!this.#isFlushing && this.#waiters.length === 0 && this.#pending.length > 0) void this.#flush();
    if (this.#begins.hasEarly || this.#pending.length > 0) this.#writeSoon();
  }

  #scheduleFlush(): void {
    if (this.#isFlushing) return;
    const nowMs = performance.now();
    const waitMs = gatherMs({
      waiting: this.#waiters.length,
      openCalls: this.#space.openCalls,
      sinceConcurrentMs: nowMs - this.#lastConcurrentAtMs,
      sinceLastFlushMs: nowMs - this.#lastFlushAtMs,
    });
    if (waitMs === 0) {
      if (this.#flushTimer !== null && 'refresh' in this.#flushTimer) clearTimeout(this.#flushTimer);
      else if (this.#flushTimer !== null) return;
      this.#flushTimer = setImmediate(() => void this.#flush());
      return;
    }
    const atMs = nowMs + waitMs;
    if (this.#flushTimer !== null) {
      // Set for later than is now due, because somebody else could have joined then.
      if (!('refresh' in this.#flushTimer) || atMs > this.#flushAtMs - SOONER_MS) return;
      clearTimeout(this.#flushTimer);
    }
    this.#flushAtMs = atMs;
    this.#flushTimer = setTimeout(() => void this.#flush(), waitMs);
  }

  async #flush(): Promise<void> {
    this.#flushTimer = null;
    if (this.#isFlushing || this.#failure !== null) return;
    this.#isFlushing = true;
    const group = this.#takeGroup();
    if (group.waiters.length > 0) this.#lastFlushAtMs = performance.now();
    try {
      await this.#write(group);
    } catch (error) {
      this.#takeBack(group, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#writing.clear();
    this.#writtenSequence = group.lastSequence;
    this.onWritten();
    if (group.waiters.length === 0) {
      this.#endedBegins.push(...group.endedBegins);
      this.#afterFlush();
      return;
    }
    const writtenTo = this.#position;
    this.#files.sync(this.#fd, (error) => {
      if (error !== null) {
        this.#fail(error, group.waiters);
        return;
      }
      this.#durableBytes = writtenTo;
      this.#durableSequence = group.lastSequence;
      for (const requestId of group.endedBegins) this.#begins.ended(requestId);
      for (const { resolve } of group.waiters) resolve();
      this.#afterFlush();
    });
  }

  /** Everything appended so far; what comes from now on belongs to the next group. */
  #takeGroup(): Group {
    const frames = this.#pending;
    const group = {
      frames: frames.bytes,
      firstSequence: this.#pendingFirst,
      lastSequence: this.#nextSequence - 1,
      waiters: this.#waiters,
      newBegins: this.#newBegins,
      endedBegins: this.#endedBegins,
    };
    this.#pending = this.#writing;
    this.#writing = frames;
    this.#pendingFirst = this.#nextSequence;
    this.#waiters = [];
    this.#newBegins = [];
    this.#endedBegins = [];
    return group;
  }

  /** Puts a group behind what is written, in as many segments as it needs. */
  async #write(group: Group): Promise<void> {
    const beganIn = this.#current();
    let rest = group.frames;
    let sequence = group.firstSequence;
    while (rest.length > 0) {
      const room = this.#segmentBytes - this.#position;
      const placed = placeFrames(rest, { room, durableBytes: this.#durableBytes });
      if (placed.bytes > 0) {
        this.#files.write(this.#fd, rest.subarray(0, placed.bytes), this.#position);
        this.#position += placed.bytes;
        sequence += placed.records;
        this.#current().lastSequence = sequence - 1;
        rest = rest.subarray(placed.bytes);
      }
      if (rest.length > 0) await this.#switchSegment(sequence);
    }
    // If the group went on in another segment, this is the earlier one: kept longer than need be, never too short.
    for (const requestId of group.newBegins) this.#begins.written(requestId, beganIn);
  }

  /** The current segment becomes a past one. Everything in it is synced first, so that only the last can be torn. */
  async #switchSegment(firstSequence: number): Promise<void> {
    const spare = await this.#space.takeSpare();
    if (spare === undefined) throw new JournalFullError('the journal has no space left');
    if (this.#fd !== -1) {
      await this.#syncNow();
      await this.#files.close(this.#fd);
      this.#fd = -1;
      // Should the next one not open, it is tried again before anything is written.
      this.#position = this.#segmentBytes;
    }
    const path = await adoptSpare(this.directory, spare, firstSequence);
    this.#fd = await this.#files.open(path);
    this.#files.write(this.#fd, segmentHeader(false), 0);
    await syncDirectory(this.directory);
    this.#segments.push({ path, firstSequence, lastSequence: firstSequence - 1, openBegins: 0 });
    this.#position = SEGMENT_HEADER_BYTES;
    this.#durableBytes = 0;
  }

  #syncNow(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#files.sync(this.#fd, (error) => {
        if (error === null) resolve();
        else {
          this.#fail(error, []);
          reject(error);
        }
      });
    });
  }

  #current(): Segment {
    const segment = this.#segments.at(-1);
    if (segment === undefined) throw new Error('the journal is not open');
    return segment;
  }

  /** Nothing of the group, nor of what was appended since, is in the journal; whoever waits is told. */
  #takeBack(group: Group, error: Error): void {
    if (this.#failure !== null || this.#current().lastSequence >= group.firstSequence) {
      // A part of it is, in another segment: which calls are safe can only be said by reading the journal anew.
      this.#fail(error, group.waiters);
      return;
    }
    const waiters = [...group.waiters, ...this.#waiters];
    const nowMs = performance.now();
    for (const requestId of [...group.newBegins, ...this.#newBegins])
      this.#begins.notWritten(requestId, nowMs);
    this.#waiters = [];
    this.#newBegins = [];
    this.#endedBegins = [];
    this.#writing.clear();
    this.#pending.clear();
    this.#nextSequence = group.firstSequence;
    this.#pendingFirst = group.firstSequence;
    this.#memory.takeBack(group.firstSequence);
    const full =
      error instanceof JournalFullError ? error : new JournalFullError(error.message, { cause: error });
    for (const { reject } of waiters) reject(full);
    if (this.#begins.hasEarly) this.#writeSoon();
    this.#afterFlush();
  }

  #fail(error: Error, waiters: Waiter[]): void {
    for (const { reject } of [...waiters, ...this.#waiters.splice(0)]) reject(error);
    if (this.#failure !== null) return;
    this.#failure = error;
    this.#afterFlush();
    this.#onFatal(error);
  }

  #afterFlush(): void {
    this.#isFlushing = false;
    for (const done of this.#onIdle.splice(0)) done();
    if (this.#failure !== null) return;
    if (this.#waiters.length > 0) this.#scheduleFlush();
  }
}

/** Records that are written, and if somebody waits synced, together. */
interface Group {
  frames: Buffer;
  firstSequence: number;
  lastSequence: number;
  waiters: Waiter[];
  newBegins: string[];
  endedBegins: string[];
}
