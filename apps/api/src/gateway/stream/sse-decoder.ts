import { isUtf8 } from 'node:buffer';

/** One server-sent event. `data` joins its lines with line feeds, as the standard says. */
export interface SseEvent {
  event: string | null;
  data: string;
}

/** Longest event accepted, in bytes. Real chunks are below a few hundred kilobytes. */
export const MAX_EVENT_BYTES = 8 * 1024 * 1024;

export class SseError extends Error {
  override readonly name = 'SseError';
}

const LF = 10;
const CR = 13;

/**
 * Turns bytes, cut anywhere, into server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Comments, `id:` and `retry:` are dropped: relayed ones make some clients emit empty events.
 */
export class SseDecoder {
  #line: Buffer[] = [];
  #lineBytes = 0;
  #eventBytes = 0;
  #lastWasCr = false;
  #isFirstLine: boolean;
  #event: string | null = null;
  #data: string[] = [];

  /** `hasBegun`: others have read the beginning of the stream, and with it a byte order mark. */
  constructor({ hasBegun = false }: { hasBegun?: boolean } = {}) {
    this.#isFirstLine = !hasBegun;
  }

  /** Events that are complete after these bytes. @throws SseError on an oversized event or invalid UTF-8 */
  push(bytes: Buffer): SseEvent[] {
    const events: SseEvent[] = [];
    this.read(bytes, (event) => events.push(event));
    return events;
  }

  /** Like `push`, but events that come before a fault are not lost. @throws SseError */
  read(bytes: Buffer, emit: (event: SseEvent) => void): void {
    let start = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index];
      if (byte === LF && this.#lastWasCr && index === start) {
        // The second half of a CRLF.
        start = index + 1;
        this.#lastWasCr = false;
        continue;
      }
      this.#lastWasCr = byte === CR;
      if (byte !== LF && byte !== CR) continue;
      const event = this.#endLine(bytes.subarray(start, index));
      if (event !== null) emit(event);
      start = index + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
  }

  /** The event that the end of the stream cuts off; lenient, because some upstreams omit the last blank line. */
  end(): SseEvent[] {
    const last = this.#lineBytes > 0 ? this.#endLine(Buffer.alloc(0)) : null;
    const rest = this.#dispatch();
    return [last, rest].filter((event) => event !== null);
  }

  #keep(bytes: Buffer): void {
    this.#lineBytes += bytes.length;
    if (this.#eventBytes + this.#lineBytes > MAX_EVENT_BYTES) {
      throw new SseError(`an event of the stream is larger than ${MAX_EVENT_BYTES} bytes`);
    }
    this.#line.push(bytes);
  }

  #endLine(rest: Buffer): SseEvent | null {
    if (rest.length > 0) this.#keep(rest);
    const bytes = this.#line.length === 1 && this.#line[0] ? this.#line[0] : Buffer.concat(this.#line);
    this.#eventBytes += this.#lineBytes;
    this.#line = [];
    this.#lineBytes = 0;
    if (bytes.length === 0) return this.#dispatch();
    if (!isUtf8(bytes)) throw new SseError('the stream is not valid UTF-8');
    let line = bytes.toString('utf8');
    if (this.#isFirstLine) line = line.replace(/^\uFEFF/, '');
    this.#isFirstLine = false;
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    return null;
  }

  #dispatch(): SseEvent | null {
    const event = this.#data.length > 0 ? { event: this.#event, data: this.#data.join('\n') } : null;
    this.#data = [];
    this.#event = null;
    this.#eventBytes = 0;
    return event;
  }
}
