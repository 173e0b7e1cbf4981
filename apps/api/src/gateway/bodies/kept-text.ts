import { GrowingBuffer } from '../stream/growing-buffer.ts';
import type { MemoryShare } from './memory-share.ts';

const QUOTE = 34;
const BACKSLASH = 92;

/** A string that begins with so many characters of base64 is taken for an encoded file. */
const SAMPLE_BYTES = 256;
/** The longest beginning of a data URL that is understood. */
const MAX_PREFIX_BYTES = 128;
const ENCODED = new RegExp(
  `^(data:[\\w.+/-]{1,60}(?:;[\\w.=+-]{1,30}){0,2};base64,)?[A-Za-z0-9+/_=-]{${SAMPLE_BYTES}}`,
);
/** Pieces at least this large would be kept as they are, with all that they are a part of. */
const COPIED_BYTES = 16 * 1024;

/**
 * What is kept of a text: its beginning, with encoded images, sounds and files cut to a mark. Text in JSON, or events
 * of it, is not parsed: only its quotes are looked for, and nothing any more once the limit is reached, so that the
 * cost has a bound however long the text is.
 */
export class KeptText {
  readonly #maxBytes: number;
  readonly #memory: MemoryShare;
  readonly #kept = new GrowingBuffer();
  #bytes = 0;
  #heldBytes = 0;
  #isFull = false;
  #lacksMemory = false;
  #isInString = false;
  /** Nobody has looked yet at what the string begins with. */
  #isAtStart = false;
  /** The last byte escapes the next. */
  #isEscaping = false;
  /** A string's beginning that is too short to tell what it is. */
  #held: Buffer | null = null;
  /** Bytes of the encoded string so far; null: in none. */
  #encodedBytes: number | null = null;

  constructor(maxBytes: number, memory: MemoryShare) {
    this.#maxBytes = maxBytes;
    this.#memory = memory;
  }

  /** Taken from the shared memory; who has the text gives it back. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Something is missing because others had the memory. */
  get lacksMemory(): boolean {
    return this.#lacksMemory;
  }

  /** What follows has nothing to do with what came before: the next event. */
  restart(): void {
    this.#flush();
    this.#isInString = false;
    this.#isEscaping = false;
  }

  push(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#isFull) return;
    const piece = this.#held === null ? bytes : Buffer.concat([this.#held, bytes]);
    this.#held = null;
    for (let at = 0; at < piece.length && !this.#isFull;) at = this.#step(piece, at);
  }

  /** Everything kept. `bytes` counts all that was pushed. */
  finish(): { text: Buffer; bytes: number; isTruncated: boolean } {
    this.#flush();
    const text = this.#kept.take();
    return {
      text: this.#isFull ? text.subarray(0, wholeCharacters(text)) : text,
      bytes: this.#bytes,
      isTruncated: this.#isFull,
    };
  }

  /** Returns how far the piece was understood. */
  #step(piece: Buffer, at: number): number {
    if (this.#encodedBytes !== null) return this.#skipEncoded(piece, at, this.#encodedBytes);
    if (!this.#isInString) {
      const quote = piece.indexOf(QUOTE, at);
      const end = quote === -1 ? piece.length : quote + 1;
      this.#keep(piece, at, end);
      this.#isInString = quote !== -1;
      this.#isAtStart = this.#isInString;
      return end;
    }
    if (this.#isAtStart) {
      const next = this.#beginString(piece, at);
      if (next !== null) return next;
    }
    return this.#passString(piece, at);
  }

  /** Looks at what a string begins with. Null: it is a plain one. */
  #beginString(piece: Buffer, at: number): number | null {
    const sample = piece.toString('latin1', at, at + MAX_PREFIX_BYTES + SAMPLE_BYTES);
    if (sample.length < MAX_PREFIX_BYTES + SAMPLE_BYTES && !sample.includes('"')) {
      // A copy: the piece may be large, and belongs to others.
      this.#held = Buffer.from(piece.subarray(at));
      return piece.length;
    }
    this.#isAtStart = false;
    const match = ENCODED.exec(sample);
    if (match === null) return null;
    const [, prefix = ''] = match;
    this.#keep(piece, at, at + prefix.length);
    this.#encodedBytes = 0;
    return at + prefix.length;
  }

  #skipEncoded(piece: Buffer, at: number, before: number): number {
    const quote = piece.indexOf(QUOTE, at);
    const end = quote === -1 ? piece.length : quote;
    this.#encodedBytes = before + end - at;
    if (quote !== -1) this.#endEncoded(this.#encodedBytes);
    return end;
  }

  #endEncoded(bytes: number): void {
    const mark = Buffer.from(`[${bytes} bytes of base64 left out]`);
    this.#encodedBytes = null;
    this.#keep(mark, 0, mark.length);
  }

  #passString(piece: Buffer, from: number): number {
    for (let at = from; ;) {
      const quote = piece.indexOf(QUOTE, at);
      const end = quote === -1 ? piece.length : quote;
      const isEscaped = this.#endsEscaping(piece, at, end);
      if (quote === -1) {
        this.#isEscaping = isEscaped;
        this.#keep(piece, from, end);
        return end;
      }
      this.#isEscaping = false;
      at = quote + 1;
      // What is too long anyway need not be looked through.
      if (!isEscaped || at - from > this.#maxBytes) {
        this.#isInString = isEscaped;
        this.#keep(piece, from, at);
        return at;
      }
    }
  }

  /** Whether an odd number of backslashes stands before `end`. */
  #endsEscaping(piece: Buffer, from: number, end: number): boolean {
    let at = end;
    while (at > from && piece[at - 1] === BACKSLASH) at -= 1;
    const isOdd = (end - at) % 2 === 1;
    return at === from && this.#isEscaping ? !isOdd : isOdd;
  }

  #keep(piece: Buffer, from: number, to: number): void {
    const room = Math.max(0, this.#maxBytes - this.#kept.length);
    const bytes = Math.min(room, to - from);
    const isTaken = this.#memory.take(bytes);
    if (!isTaken) this.#lacksMemory = true;
    else if (bytes > 0) {
      this.#heldBytes += bytes;
      const part = piece.subarray(from, from + bytes);
      this.#kept.append(bytes >= COPIED_BYTES ? Buffer.from(part) : part);
    }
    if (!isTaken || bytes < to - from) this.#isFull = true;
  }

  #flush(): void {
    const held = this.#held;
    this.#held = null;
    this.#isAtStart = false;
    if (held !== null) this.#keep(held, 0, held.length);
    if (this.#encodedBytes !== null) this.#endEncoded(this.#encodedBytes);
  }
}

/** Where the last whole character of UTF-8 ends. */
function wholeCharacters(text: Buffer): number {
  let start = text.length - 1;
  while (start > 0 && start > text.length - 4 && ((text[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  const first = text[start] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return start + length > text.length ? Math.max(0, start) : text.length;
}
