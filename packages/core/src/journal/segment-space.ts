import { unlink } from 'node:fs/promises';
import { createSpare, SEGMENT_HEADER_BYTES } from './segment-file.ts';

/** Room set aside for the settlement of each open call: no record without a kept answer is larger. */
export const RECORD_ROOM_BYTES = 8 * 1024;
/** After space could not be had, the disk is asked again at most this often. */
const RETRY_MS = 1000;

export interface SegmentSpaceOptions {
  directory: string;
  segmentBytes: number;
  /** All segments and spares together. */
  maxBytes: number;
  /** What is left in the current segment, and how many segments there are. */
  used: () => { leftBytes: number; segments: number };
}

/** The disk space of a journal: had before it is needed, and promised to the calls that are open. */
export class SegmentSpace {
  readonly #options: SegmentSpaceOptions;
  readonly #spares: string[] = [];
  #work: Promise<boolean> | null = null;
  #failedAtMs = Number.NEGATIVE_INFINITY;
  #lastName = 0;
  #reservedBytes = 0;
  #openCalls = 0;

  constructor(options: SegmentSpaceOptions) {
    this.#options = options;
  }

  get openCalls(): number {
    return this.#openCalls;
  }

  /** What no call has been promised yet. */
  get freeBytes(): number {
    const { segmentBytes, used } = this.#options;
    // A record does not span segments: what is left at an end may be lost.
    const ofSpares = this.#spares.length * (segmentBytes - SEGMENT_HEADER_BYTES - RECORD_ROOM_BYTES);
    return Math.max(0, used().leftBytes) + ofSpares - this.#reservedBytes;
  }

  /** Promises room to a call. A promise while more is being made; false: there is none. */
  reserve(bytes: number): boolean | Promise<boolean> {
    if (this.freeBytes < bytes) return this.#makeRoom(bytes);
    this.#take(bytes);
    return true;
  }

  release(bytes: number): void {
    this.#openCalls -= 1;
    this.#reservedBytes -= bytes;
  }

  /** A file for the next segment; undefined: the disk gives none. */
  async takeSpare(): Promise<string | undefined> {
    if (this.#spares.length === 0) await this.#prepare();
    const spare = this.#spares.shift();
    if (this.#spares.length === 0) void this.#prepare();
    return spare;
  }

  /** Removes the files that were not needed. */
  async close(): Promise<void> {
    await this.#work;
    for (const spare of this.#spares.splice(0)) await unlink(spare);
  }

  async #makeRoom(bytes: number): Promise<boolean> {
    while (this.freeBytes < bytes) if (!(await this.#prepare())) return false;
    this.#take(bytes);
    return true;
  }

  #take(bytes: number): void {
    this.#openCalls += 1;
    this.#reservedBytes += bytes;
    // The next segment is prepared before anybody has to wait for it.
    if (this.freeBytes < this.#options.segmentBytes / 2) void this.#prepare();
  }

  /** True once there is one more spare segment. */
  #prepare(): Promise<boolean> {
    if (this.#work !== null) return this.#work;
    const { directory, segmentBytes, maxBytes, used } = this.#options;
    if (performance.now() - this.#failedAtMs < RETRY_MS) return Promise.resolve(false);
    if ((used().segments + this.#spares.length + 1) * segmentBytes > maxBytes) return Promise.resolve(false);
    this.#lastName += 1;
    this.#work = createSpare(directory, { name: this.#lastName, size: segmentBytes })
      .then(
        (path) => {
          this.#spares.push(path);
          return true;
        },
        () => {
          this.#failedAtMs = performance.now();
          return false;
        },
      )
      .finally(() => {
        this.#work = null;
      });
    return this.#work;
  }
}
