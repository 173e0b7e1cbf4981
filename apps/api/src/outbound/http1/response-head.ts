import { lowerNameByte, readHeaderName } from './header-names.ts';

/** How the end of a body is found. */
export type Framing = 'none' | 'length' | 'chunked' | 'until_close';

/** The status line and the headers of a final or interim answer. */
export interface ResponseHead {
  status: number;
  /** Names in lower case; a repeated one is a list. No prototype. */
  headers: Record<string, string | string[]>;
  framing: Framing;
  /** For `length`. */
  contentLength: number;
  /** False when the answer's version, framing or `connection` header ends the connection with it. */
  mayReuse: boolean;
  /** The server's own `keep-alive: timeout=`, in milliseconds, when it announces one. */
  keepAliveMs: number | null;
  /** Offset behind the empty line. */
  end: number;
}

export const MAX_HEAD_BYTES = 64 * 1024;
const MAX_HEADERS = 256;
const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** An object without prototype that, unlike `Object.create(null)`, V8 keeps in its fast form. */
const Headers = function () {} as unknown as new () => ResponseHead['headers'];
Headers.prototype = Object.create(null);

/** 1 for the bytes of a value or a reason phrase: no control characters but the tab. */
const TEXT_BYTE = new Uint8Array(256).fill(1, 0x20).fill(0, 0x7f, 0x80);
TEXT_BYTE[TAB] = 1;

export function isTextByte(byte: number): boolean {
  return TEXT_BYTE[byte] === 1;
}

/** Of each header of the head that is being read: where its name and its value start and end; its hash. */
const FIELDS = 5;
const fields = new Int32Array(FIELDS * MAX_HEADERS);

/**
 * Reads a head strictly (RFC 9112): CRLF line ends, no folded lines, no space around names, one framing.
 * `incomplete` when `end` is reached without a fault.
 */
export function parseResponseHead(
  bytes: Buffer,
  start: number,
  end: number,
): ResponseHead | 'incomplete' | 'invalid' {
  // HTTP/1.x SSS
  const statusLineEnd = readStatusLine(bytes, start, end);
  if (typeof statusLineEnd === 'string') return statusLineEnd;
  let position = statusLineEnd;
  let count = 0;
  for (;;) {
    if (position >= end) return 'incomplete';
    let byte = bytes[position] as number;
    if (byte === CR) {
      if (position + 1 >= end) return 'incomplete';
      if (bytes[position + 1] !== LF) return 'invalid';
      break;
    }
    if (count === MAX_HEADERS) return 'invalid';
    const nameStart = position;
    let hash = 0;
    for (;;) {
      const lower = lowerNameByte(byte);
      if (lower === 0) break;
      hash = (hash * 31 + lower) | 0;
      position += 1;
      if (position >= end) return 'incomplete';
      byte = bytes[position] as number;
    }
    // A folded line starts with a space, so its name is empty.
    if (byte !== COLON || position === nameStart) return 'invalid';
    const nameEnd = position;
    do {
      position += 1;
      if (position >= end) return 'incomplete';
      byte = bytes[position] as number;
    } while (byte === SPACE || byte === TAB);
    const valueStart = position;
    while (TEXT_BYTE[byte] === 1) {
      position += 1;
      if (position >= end) return 'incomplete';
      byte = bytes[position] as number;
    }
    if (byte !== CR) return 'invalid';
    if (position + 1 >= end) return 'incomplete';
    if (bytes[position + 1] !== LF) return 'invalid';
    let valueEnd = position;
    while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1] as number)) valueEnd -= 1;
    const slot = count * FIELDS;
    fields[slot] = nameStart;
    fields[slot + 1] = nameEnd;
    fields[slot + 2] = valueStart;
    fields[slot + 3] = valueEnd;
    fields[slot + 4] = hash;
    count += 1;
    position += 2;
  }
  return buildHead(bytes, { start, end: position + 2, count });
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}

const CLOSE_OPTION = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const KEEP_ALIVE_TIMEOUT = /(?:^|[,; \t])timeout[ \t]*=[ \t]*"?(\d{1,9})/i;
const VERSION = Buffer.from('HTTP/1.', 'latin1');
const STATUS_AT = 9;

/** The offset behind the status line. */
function readStatusLine(bytes: Buffer, start: number, end: number): number | 'incomplete' | 'invalid' {
  const length = Math.min(end - start, STATUS_AT + 3);
  for (let index = 0; index < length; index += 1) {
    const byte = bytes[start + index] as number;
    if (index < 7) {
      if (byte !== VERSION[index]) return 'invalid';
    } else if (index === 7) {
      if (byte !== 0x30 && byte !== 0x31) return 'invalid';
    } else if (index === 8) {
      if (byte !== SPACE) return 'invalid';
    } else if (index === STATUS_AT) {
      // 100 to 599; RFC 9110 calls the others invalid.
      if (byte < 0x31 || byte > 0x35) return 'invalid';
    } else if (byte < 0x30 || byte > 0x39) return 'invalid';
  }
  let position = start + STATUS_AT + 3;
  if (position >= end) return 'incomplete';
  let byte = bytes[position] as number;
  // Many servers leave out the space before an empty reason.
  if (byte !== SPACE && byte !== CR) return 'invalid';
  while (TEXT_BYTE[byte] === 1) {
    position += 1;
    if (position >= end) return 'incomplete';
    byte = bytes[position] as number;
  }
  if (byte !== CR) return 'invalid';
  if (position + 1 >= end) return 'incomplete';
  return bytes[position + 1] === LF ? position + 2 : 'invalid';
}

function buildHead(
  bytes: Buffer,
  { start, end, count }: { start: number; end: number; count: number },
): ResponseHead | 'invalid' {
  const text = bytes.toString('latin1', start, end);
  const headers = new Headers();
  for (let slot = 0; slot < count * FIELDS; slot += FIELDS) {
    const name = readHeaderName(bytes, {
      start: fields[slot] as number,
      end: fields[slot + 1] as number,
      hash: fields[slot + 4] as number,
    });
    const value = text.slice((fields[slot + 2] as number) - start, (fields[slot + 3] as number) - start);
    const present = headers[name];
    if (present === undefined) headers[name] = value;
    else if (typeof present === 'string') headers[name] = [present, value];
    else present.push(value);
  }
  const at = start + STATUS_AT;
  return withFraming({
    status: digitAt(bytes, at) * 100 + digitAt(bytes, at + 1) * 10 + digitAt(bytes, at + 2),
    headers,
    framing: 'until_close',
    contentLength: 0,
    mayReuse: digitAt(bytes, start + 7) === 1,
    keepAliveMs: null,
    end,
  });
}

function digitAt(bytes: Buffer, offset: number): number {
  return (bytes[offset] as number) - 0x30;
}

/** Decides where the body ends; two answers to that are one too many, and invalid. */
function withFraming(head: ResponseHead): ResponseHead | 'invalid' {
  const { headers } = head;
  const length = headers['content-length'];
  const coding = headers['transfer-encoding'];
  if (length !== undefined) {
    if (coding !== undefined || typeof length !== 'string' || !/^\d{1,15}$/.test(length)) return 'invalid';
    head.framing = 'length';
    head.contentLength = Number(length);
  } else if (coding !== undefined) {
    if (typeof coding !== 'string' || coding.toLowerCase() !== 'chunked') return 'invalid';
    head.framing = 'chunked';
  }
  if (head.status < 200 || head.status === 204 || head.status === 304) {
    // One that is sent all the same must not be taken for the next answer.
    if (head.framing === 'chunked' || head.contentLength > 0) head.mayReuse = false;
    head.framing = 'none';
  } else if (head.framing === 'until_close') {
    head.mayReuse = false;
  }
  const { connection } = headers;
  if (connection !== undefined && connection !== 'keep-alive' && CLOSE_OPTION.test(String(connection))) {
    head.mayReuse = false;
  }
  const keepAlive = headers['keep-alive'];
  if (typeof keepAlive === 'string') head.keepAliveMs = readKeepAlive(keepAlive);
  return head;
}

let lastKeepAlive: { text: string; ms: number | null } = { text: '', ms: null };

/** The `timeout` of a `keep-alive` header, in milliseconds. An upstream always says the same. */
function readKeepAlive(text: string): number | null {
  if (text !== lastKeepAlive.text) {
    const seconds = KEEP_ALIVE_TIMEOUT.exec(text)?.[1];
    lastKeepAlive = { text, ms: seconds === undefined ? null : Number(seconds) * 1_000 };
  }
  return lastKeepAlive.ms;
}
