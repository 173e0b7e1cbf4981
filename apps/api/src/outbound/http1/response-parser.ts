import { lowerNameByte } from './header-names.ts';
import { isTextByte, MAX_HEAD_BYTES, parseResponseHead, type ResponseHead } from './response-head.ts';

/** What a step of the parser came to. */
export type ParserEvent = 'more' | 'head' | 'end' | 'invalid';

type State =
  | 'head'
  | 'no_body'
  | 'length'
  | 'until_close'
  | 'chunk_size_start'
  | 'chunk_size'
  | 'chunk_extension'
  | 'chunk_size_lf'
  | 'chunk_data'
  | 'chunk_data_cr'
  | 'chunk_data_lf'
  | 'trailer_start'
  | 'trailer_name'
  | 'trailer_value'
  | 'trailer_lf'
  | 'last_lf'
  | 'done'
  | 'failed';

/** Digits of a chunk's size: 2^48 bytes and more are nobody's chunk. */
const MAX_CHUNK_SIZE_DIGITS = 12;
/** Of all extensions of one answer together. */
const MAX_EXTENSION_BYTES = 16 * 1024;
/** `name`, `name=value` or `name="value"`, with semicolons between; the first semicolon was read. */
const CHUNK_EXTENSIONS =
  /^(?:(?:^|;)[!#$%&'*+\-.^_`|~\w]+(?:=(?:[!#$%&'*+\-.^_`|~\w]+|"(?:[^"\\]|\\.)*"))?)+$/;
const MAX_TRAILER_BYTES = 16 * 1024;
const MAX_INTERIM_ANSWERS = 100;
const CR = 13;
const LF = 10;
const COLON = 58;
const SEMICOLON = 59;

/**
 * Takes one HTTP/1.1 answer apart, as its bytes come. `read` is called with a segment from an offset on; it
 * stops with `head` behind the headers of the final answer and with `end` behind the answer (`position` says
 * where), and is called again for the rest. The bytes of the body are those from `bodyStart` to `bodyEnd` in
 * the segment: chunks that lie in one segment are moved together in place.
 */
export class ResponseParser {
  head: ResponseHead | null = null;
  position = 0;
  bodyStart = 0;
  bodyEnd = 0;
  #state: State = 'head';
  /** Bytes of the body or of the chunk that are still to come. */
  #remaining = 0;
  #digits = 0;
  #extensionBytes = 0;
  /** Of the chunk that is being read. */
  #extensions = '';
  #trailerBytes = 0;
  #interimAnswers = 0;
  /** A head that came in several segments. */
  #pending: Buffer | null = null;
  #pendingBytes = 0;
  /** Length at which a line without end is looked at again; it doubles, so that a drip costs no more than a burst. */
  #nextLook = 0;

  /** For the next answer on the same connection. */
  reset(): void {
    this.head = null;
    this.#state = 'head';
    this.#extensionBytes = 0;
    this.#trailerBytes = 0;
    this.#interimAnswers = 0;
  }

  read(bytes: Buffer, start: number, end: number): ParserEvent {
    this.position = start;
    this.bodyStart = start;
    this.bodyEnd = start;
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, end);
      case 'no_body':
        return this.#finish();
      case 'length':
        return this.#readLength(end);
      case 'until_close':
        this.bodyEnd = end;
        this.position = end;
        return 'more';
      case 'done':
      case 'failed':
        return this.#fail();
      default:
        return this.#readChunked(bytes, end);
    }
  }

  /**
   * The connection was closed by the other side: `end` for a body that ends so, `invalid` for what is no head,
   * else `more` would have come.
   */
  readEnd(): ParserEvent {
    if (this.#pending !== null && this.#state === 'head') {
      return parseResponseHead(this.#pending, 0, this.#pendingBytes) === 'invalid' ? this.#fail() : 'more';
    }
    if (this.#state === 'until_close' || this.#state === 'no_body') return this.#finish();
    return this.#state === 'done' ? 'end' : 'more';
  }

  #readHead(bytes: Buffer, end: number): ParserEvent {
    for (;;) {
      const head = this.#takeHead(bytes, end);
      if (head === 'incomplete') return 'more';
      if (head === 'invalid' || head.status === 101) return this.#fail();
      if (head.status >= 200) {
        this.#begin(head);
        return 'head';
      }
      // One of HTTP/1.0, that ends the connection or that announces a body is none.
      this.#interimAnswers += 1;
      if (!head.mayReuse || this.#interimAnswers > MAX_INTERIM_ANSWERS) return this.#fail();
    }
  }

  /** Reads one head, out of this segment or together with earlier ones, and moves `position` behind it. */
  #takeHead(bytes: Buffer, end: number): ResponseHead | 'incomplete' | 'invalid' {
    const start = this.position;
    const before = this.#pendingBytes;
    if (before === 0) {
      if (start === end) return 'incomplete';
      const head = parseResponseHead(bytes, start, end);
      if (typeof head !== 'string') {
        this.position = head.end;
        return head.end - start > MAX_HEAD_BYTES ? 'invalid' : head;
      }
      if (head === 'invalid') return head;
    }
    const taken = Math.min(end - start, MAX_HEAD_BYTES - before);
    const pending = this.#append(bytes, start, start + taken);
    this.position = start + taken;
    if (before === 0) {
      this.#nextLook = 2 * taken;
    } else if (this.#pendingBytes >= this.#nextLook || hasLineEnd(pending, before, this.#pendingBytes)) {
      const head = parseResponseHead(pending, 0, this.#pendingBytes);
      this.#nextLook = 2 * this.#pendingBytes;
      if (head === 'invalid') return head;
      if (head !== 'incomplete') {
        this.#pendingBytes = 0;
        this.#pending = null;
        this.position = start + head.end - before;
        return head;
      }
    }
    return this.#pendingBytes >= MAX_HEAD_BYTES ? 'invalid' : 'incomplete';
  }

  #append(bytes: Buffer, start: number, end: number): Buffer {
    const length = this.#pendingBytes + end - start;
    let pending = this.#pending;
    if (pending === null || pending.length < length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(MAX_HEAD_BYTES, Math.max(1_024, 2 * length)));
      pending?.copy(larger, 0, 0, this.#pendingBytes);
      pending = larger;
      this.#pending = larger;
    }
    bytes.copy(pending, this.#pendingBytes, start, end);
    this.#pendingBytes = length;
    return pending;
  }

  #begin(head: ResponseHead): void {
    this.head = head;
    this.bodyStart = this.position;
    this.bodyEnd = this.position;
    if (head.framing === 'chunked') {
      this.#state = 'chunk_size_start';
    } else if (head.framing === 'until_close') {
      this.#state = 'until_close';
    } else {
      this.#remaining = head.contentLength;
      this.#state = head.framing === 'none' || head.contentLength === 0 ? 'no_body' : 'length';
    }
  }

  #readLength(end: number): ParserEvent {
    const available = Math.min(end - this.position, this.#remaining);
    this.#remaining -= available;
    this.position += available;
    this.bodyEnd = this.position;
    return this.#remaining === 0 ? this.#finish() : 'more';
  }

  #readChunked(bytes: Buffer, end: number): ParserEvent {
    let state = this.#state;
    let position = this.position;
    let isValid = true;
    while (position < end && state !== 'done') {
      const byte = bytes[position] as number;
      switch (state) {
        case 'chunk_data': {
          const available = Math.min(end - position, this.#remaining);
          this.#moveTogether(bytes, position, position + available);
          position += available;
          this.#remaining -= available;
          if (this.#remaining === 0) state = 'chunk_data_cr';
          continue;
        }
        case 'chunk_data_cr':
          isValid = byte === CR;
          state = 'chunk_data_lf';
          break;
        case 'chunk_data_lf':
          isValid = byte === LF;
          state = 'chunk_size_start';
          break;
        case 'chunk_size_start':
        case 'chunk_size': {
          const digit = hexDigit(byte);
          if (digit >= 0) {
            if (state === 'chunk_size_start') {
              this.#remaining = 0;
              this.#digits = 0;
            }
            this.#digits += 1;
            isValid = this.#digits <= MAX_CHUNK_SIZE_DIGITS;
            this.#remaining = this.#remaining * 16 + digit;
            state = 'chunk_size';
          } else if (state === 'chunk_size' && byte === CR) state = 'chunk_size_lf';
          else if (state === 'chunk_size' && byte === SEMICOLON) {
            this.#extensions = '';
            state = 'chunk_extension';
          } else isValid = false;
          break;
        }
        case 'chunk_extension':
          if (byte === CR) {
            isValid = CHUNK_EXTENSIONS.test(this.#extensions);
            state = 'chunk_size_lf';
          } else {
            this.#extensionBytes += 1;
            isValid = isTextByte(byte) && this.#extensionBytes <= MAX_EXTENSION_BYTES;
            this.#extensions += String.fromCharCode(byte);
          }
          break;
        case 'chunk_size_lf':
          isValid = byte === LF;
          state = this.#remaining === 0 ? 'trailer_start' : 'chunk_data';
          break;
        case 'trailer_start':
          isValid = byte === CR || lowerNameByte(byte) !== 0;
          state = byte === CR ? 'last_lf' : 'trailer_name';
          break;
        case 'trailer_name':
          isValid = byte === COLON || lowerNameByte(byte) !== 0;
          if (byte === COLON) state = 'trailer_value';
          break;
        case 'trailer_value':
          isValid = byte === CR || isTextByte(byte);
          if (byte === CR) state = 'trailer_lf';
          break;
        case 'trailer_lf':
          isValid = byte === LF;
          state = 'trailer_start';
          break;
        case 'last_lf':
          isValid = byte === LF;
          state = 'done';
          break;
        default:
          isValid = false;
      }
      if (state === 'trailer_name' || state === 'trailer_value') {
        this.#trailerBytes += 1;
        isValid &&= this.#trailerBytes <= MAX_TRAILER_BYTES;
      }
      if (!isValid) return this.#fail();
      position += 1;
    }
    this.#state = state;
    this.position = position;
    return state === 'done' ? 'end' : 'more';
  }

  /** Adds the bytes of a chunk to the body of this segment; a framing that lies between is overwritten. */
  #moveTogether(bytes: Buffer, start: number, end: number): void {
    if (this.bodyStart === this.bodyEnd) this.bodyStart = start;
    else if (this.bodyEnd !== start) {
      bytes.copyWithin(this.bodyEnd, start, end);
      this.bodyEnd += end - start;
      return;
    }
    this.bodyEnd = end;
  }

  #finish(): ParserEvent {
    this.#state = 'done';
    return 'end';
  }

  #fail(): ParserEvent {
    this.#state = 'failed';
    return 'invalid';
  }
}

/** Whether a line ends within the new bytes of a head. There are few lines, so looking at each is no waste. */
function hasLineEnd(bytes: Buffer, from: number, end: number): boolean {
  for (let index = from; index < end; index += 1) if (bytes[index] === LF) return true;
  return false;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
