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

const TOKEN = 1;
const UPPER_CASE = 2;
/** What a byte is within a header's name: 0 for what must not be there. */
const NAME_BYTE = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")
  NAME_BYTE[char.charCodeAt(0)] = TOKEN;
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') NAME_BYTE[char.charCodeAt(0)] = UPPER_CASE;
/** 1 for the bytes of a value or a reason phrase: no control characters but the tab. */
const TEXT_BYTE = new Uint8Array(256).fill(1, 0x20).fill(0, 0x7f, 0x80);
TEXT_BYTE[TAB] = 1;

export function isTokenByte(byte: number): boolean {
  return NAME_BYTE[byte] !== 0;
}

export function isTextByte(byte: number): boolean {
  return TEXT_BYTE[byte] === 1;
}

/** Offsets of the head that is being read: name start, name end, value start, value end, of each header. */
const offsets = new Uint32Array(4 * MAX_HEADERS);
const hasUpperCase = new Uint8Array(MAX_HEADERS);

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
    let kinds = 0;
    for (;;) {
      const kind = NAME_BYTE[byte] as number;
      if (kind === 0) break;
      kinds |= kind;
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
    const slot = count * 4;
    offsets[slot] = nameStart;
    offsets[slot + 1] = nameEnd;
    offsets[slot + 2] = valueStart;
    offsets[slot + 3] = valueEnd;
    hasUpperCase[count] = kinds & UPPER_CASE;
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
  const status =
    (text.charCodeAt(STATUS_AT) - 48) * 100 +
    (text.charCodeAt(STATUS_AT + 1) - 48) * 10 +
    (text.charCodeAt(STATUS_AT + 2) - 48);
  const headers = { __proto__: null } as unknown as ResponseHead['headers'];
  for (let index = 0; index < count; index += 1) {
    const slot = index * 4;
    let name = text.slice((offsets[slot] as number) - start, (offsets[slot + 1] as number) - start);
    if (hasUpperCase[index] !== 0) name = name.toLowerCase();
    const value = text.slice((offsets[slot + 2] as number) - start, (offsets[slot + 3] as number) - start);
    const present = headers[name];
    if (present === undefined) headers[name] = value;
    else if (typeof present === 'string') headers[name] = [present, value];
    else present.push(value);
  }
  return withFraming({
    status,
    headers,
    framing: 'until_close',
    contentLength: 0,
    mayReuse: text.charCodeAt(7) === 0x31,
    keepAliveMs: null,
    end,
  });
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
  if (connection !== undefined && CLOSE_OPTION.test(String(connection))) head.mayReuse = false;
  const keepAlive = headers['keep-alive'];
  const seconds = typeof keepAlive === 'string' ? KEEP_ALIVE_TIMEOUT.exec(keepAlive)?.[1] : undefined;
  if (seconds !== undefined) head.keepAliveMs = Number(seconds) * 1_000;
  return head;
}
