import { isUtf8 } from 'node:buffer';

/** Deepest nesting accepted. Real requests (tool schemas) stay below twenty. */
export const MAX_JSON_DEPTH = 100;
/** Texts up to this size are checked to the last byte. */
const SMALL_TEXT_BYTES = 64 * 1024;
/**
 * In larger texts, only the end of a string longer than this is looked for; what its inside is, escapes
 * and control characters, is for the upstream to say. That is what makes megabytes of base64 cheap.
 */
export const LONG_STRING_BYTES = 4 * 1024;

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** A top-level member of an object: byte offsets into its text. */
export interface MemberSpan {
  /** Of the key's opening quote. */
  keyStart: number;
  /** Behind the key's closing quote. */
  keyEnd: number;
  valueStart: number;
  /** Behind the last byte of the value. */
  valueEnd: number;
  kind: JsonKind;
  /** Elements or members directly inside; 0 for what is neither array nor object. */
  items: number;
}

/** Bytes inside a string that were left out of what is scanned. */
export interface Gap {
  /** Where they belong: before this byte of what is scanned. */
  at: number;
  parts: readonly Buffer[];
  /** All of them together. */
  length: number;
}

/** A JSON object whose structure was checked, with the spans of its members. */
export interface JsonMembers {
  /** What was scanned, without a byte order mark. Offsets count in it. */
  bytes: Buffer;
  /** What was left out, in order; empty unless the text is large. */
  gaps: readonly Gap[];
  /** Of the opening brace. */
  open: number;
  /** In their order; of a repeated key the last counts, as in `JSON.parse`. */
  spans: readonly MemberSpan[];
}

/**
 * Told of everything in the text in its order. `depth` is the number of containers around: 0 for the
 * root, 1 for the root's members. A key comes right before its value; its span includes the quotes. Of a
 * scalar its length in bytes is told.
 */
export interface JsonVisitor {
  key(depth: number, start: number, end: number): void;
  scalar(depth: number, kind: JsonKind, bytes: number): void;
  open(depth: number, kind: 'object' | 'array'): void;
  close(depth: number): void;
}

export type JsonFault = 'not_utf8' | 'empty' | 'incomplete' | 'invalid' | 'too_deep' | 'not_an_object';

/** Why a text is no JSON object, without any of its contents. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly fault: JsonFault;
  /** Characters (UTF-16, as JavaScript counts) before the fault; for `incomplete`, all of the text. */
  readonly position: number;

  constructor(fault: JsonFault, position: number) {
    super(`${fault} at character ${position}`);
    this.fault = fault;
    this.position = position;
  }
}

export interface ScanOptions {
  /** What was left out of the text. It is an error unless each is within a string that is a value. */
  gaps?: readonly Gap[];
  /** For tests of the long-string rule with short texts. */
  smallTextBytes?: number;
  longStringBytes?: number;
}

/**
 * Checks the structure of a JSON object's text and finds its top-level members, without making values of
 * it. Accepts what `JSON.parse` accepts, except for nesting deeper than `MAX_JSON_DEPTH`.
 * @throws JsonError
 */
export function scanJson(text: Buffer, visitor?: JsonVisitor, options: ScanOptions = {}): JsonMembers {
  const bytes = withoutByteOrderMark(text);
  if (!isUtf8(bytes)) throw new JsonError('not_utf8', 0);
  const { gaps = [], smallTextBytes = SMALL_TEXT_BYTES } = options;
  const isSmall = gaps.length === 0 && bytes.length <= smallTextBytes;
  const longString = isSmall ? bytes.length : (options.longStringBytes ?? LONG_STRING_BYTES);
  const scanner = new Scanner(bytes, { visitor: visitor ?? SILENT, longString, gaps });
  try {
    return scanner.scan();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const at = Math.min(error.at, bytes.length);
    const position = bytes.toString('utf8', 0, at).length;
    throw new JsonError(error.fault ?? (at === bytes.length ? 'incomplete' : 'invalid'), position);
  }
}

/** UTF-8 texts may begin with one; JSON may not. */
export function withoutByteOrderMark(text: Buffer): Buffer {
  const hasMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return hasMark ? text.subarray(3) : text;
}

const SILENT: JsonVisitor = { key() {}, scalar() {}, open() {}, close() {} };

/** What stops a scan at a byte. Without a name: whatever is there, or is not there any more, is wrong. */
class Fault {
  readonly at: number;
  readonly fault: JsonFault | null;

  constructor(at: number, fault: JsonFault | null = null) {
    this.at = at;
    this.fault = fault;
  }
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
/** From here on a string's end is searched with a call into native code, which short strings do not pay for. */
const STEPPED_BYTES = 64;

/**
 * Of a class, and not a literal: V8 took to making those in the old generation at once, 0.7 KB a call, and then looked
 * through all of the heap every ten seconds.
 */
class Span implements MemberSpan {
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  kind: JsonKind = 'null';
  items = 0;
}

/** One pass over one text. Methods take the offset to begin at and return the one behind. */
class Scanner {
  readonly #bytes: Buffer;
  readonly #visitor: JsonVisitor;
  /** Strings longer than this are not looked into. */
  readonly #longString: number;
  readonly #spans: MemberSpan[] = [];
  /** Of the container that has just ended. */
  #items = 0;
  readonly #gaps: readonly Gap[];
  /** Gaps that were found to be within strings. */
  #passedGaps = 0;

  constructor(bytes: Buffer, rules: { visitor: JsonVisitor; longString: number; gaps: readonly Gap[] }) {
    this.#bytes = bytes;
    this.#visitor = rules.visitor;
    this.#longString = rules.longString;
    this.#gaps = rules.gaps;
  }

  scan(): JsonMembers {
    const bytes = this.#bytes;
    const open = skipSpace(bytes, 0);
    if (open >= bytes.length) throw new Fault(0, 'empty');
    const end = skipSpace(bytes, this.#value(open, 0));
    if (end < bytes.length) throw new Fault(end);
    if (bytes[open] !== OPEN_BRACE) throw new Fault(0, 'not_an_object');
    if (this.#passedGaps < this.#gaps.length) throw new Fault(end);
    return { bytes, gaps: this.#gaps, open, spans: this.#spans };
  }

  /** `depth` containers are around the value; `MAX_JSON_DEPTH` bounds the recursion. */
  #value(start: number, depth: number): number {
    const bytes = this.#bytes;
    const byte = bytes[start];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth === MAX_JSON_DEPTH) throw new Fault(start, 'too_deep');
      return byte === OPEN_BRACE ? this.#object(start, depth) : this.#array(start, depth);
    }
    const end = byte === QUOTE ? stringEnd(bytes, start, this.#longString) : wordEnd(bytes, start);
    const omitted = this.#passedGaps < this.#gaps.length ? this.#passGaps(start, end) : 0;
    this.#visitor.scalar(depth, kindOf(byte), end - start + omitted);
    return end;
  }

  /** Bytes left out of this scalar. @throws Fault if some were left out before it */
  #passGaps(start: number, end: number): number {
    let omitted = 0;
    for (;;) {
      const gap = this.#gaps[this.#passedGaps];
      if (gap === undefined || gap.at >= end) return omitted;
      if (gap.at <= start || this.#bytes[start] !== QUOTE) throw new Fault(start);
      omitted += gap.length;
      this.#passedGaps += 1;
    }
  }

  #object(start: number, depth: number): number {
    const bytes = this.#bytes;
    this.#visitor.open(depth, 'object');
    let at = skipSpace(bytes, start + 1);
    if (bytes[at] === CLOSE_BRACE) {
      this.#items = 0;
      this.#visitor.close(depth);
      return at + 1;
    }
    for (let members = 1; ; members += 1) {
      if (bytes[at] !== QUOTE) throw new Fault(at);
      const keyStart = at;
      const keyEnd = stringEnd(bytes, at, this.#longString);
      at = skipSpace(bytes, keyEnd);
      if (bytes[at] !== COLON) throw new Fault(at);
      const valueStart = skipSpace(bytes, at + 1);
      this.#visitor.key(depth + 1, keyStart, keyEnd);
      const valueEnd = this.#value(valueStart, depth + 1);
      if (depth === 0) {
        const span = new Span();
        span.keyStart = keyStart;
        span.keyEnd = keyEnd;
        span.valueStart = valueStart;
        span.valueEnd = valueEnd;
        span.kind = kindOf(bytes[valueStart]);
        if (span.kind === 'array' || span.kind === 'object') span.items = this.#items;
        this.#spans.push(span);
      }
      at = skipSpace(bytes, valueEnd);
      if (bytes[at] !== COMMA) {
        if (bytes[at] !== CLOSE_BRACE) throw new Fault(at);
        this.#items = members;
        this.#visitor.close(depth);
        return at + 1;
      }
      at = skipSpace(bytes, at + 1);
    }
  }

  #array(start: number, depth: number): number {
    const bytes = this.#bytes;
    this.#visitor.open(depth, 'array');
    let at = skipSpace(bytes, start + 1);
    let items = 0;
    if (bytes[at] !== CLOSE_BRACKET) {
      for (;;) {
        at = skipSpace(bytes, this.#value(at, depth + 1));
        items += 1;
        if (bytes[at] !== COMMA) break;
        at = skipSpace(bytes, at + 1);
      }
      if (bytes[at] !== CLOSE_BRACKET) throw new Fault(at);
    }
    this.#items = items;
    this.#visitor.close(depth);
    return at + 1;
  }
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at] as number;
    // Most texts are written without any. Behind the end there is nothing, which is not space either.
    if (byte > 32 || (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9)) return at;
    at += 1;
  }
}

function kindOf(byte: number | undefined): JsonKind {
  switch (byte) {
    case OPEN_BRACE:
      return 'object';
    case OPEN_BRACKET:
      return 'array';
    case QUOTE:
      return 'string';
    case 116:
    case 102:
      return 'boolean';
    case 110:
      return 'null';
    default:
      return 'number';
  }
}

/** 1 for what stands for itself inside a string. */
const PLAIN = new Uint8Array(256).fill(1, 32);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** Behind a string's closing quote; `start` is at the opening one. */
function stringEnd(bytes: Buffer, start: number, longString: number): number {
  const isSteppedThrough = longString === bytes.length;
  const stop = isSteppedThrough ? bytes.length : Math.min(bytes.length, start + STEPPED_BYTES);
  let at = start + 1;
  while (at < stop) {
    const byte = bytes[at] as number;
    if (PLAIN[byte] === 1) at += 1;
    else if (byte === QUOTE) return at + 1;
    else if (byte === BACKSLASH) at = escapeEnd(bytes, at);
    else throw new Fault(at);
  }
  const end = at < bytes.length ? endOfLongString(bytes, at) : -1;
  if (end === -1) throw new Fault(bytes.length);
  if (end - start <= longString) checkInside(bytes, at, end - 1);
  return end;
}

function checkInside(bytes: Buffer, start: number, end: number): void {
  for (let at = start; at < end;) {
    const byte = bytes[at] ?? 0;
    if (byte === BACKSLASH) at = escapeEnd(bytes, at);
    else if (byte < 32) throw new Fault(at);
    else at += 1;
  }
}

/** Behind the closing quote of a string that goes on at `from`, which is not within an escape; -1: none. */
function endOfLongString(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return -1;
    let first = quote;
    while (first > from && bytes[first - 1] === BACKSLASH) first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/** Behind the escape that begins at `start`. */
function escapeEnd(bytes: Buffer, start: number): number {
  switch (bytes[start + 1]) {
    case QUOTE:
    case BACKSLASH:
    case 47:
    case 98:
    case 102:
    case 110:
    case 114:
    case 116:
      return start + 2;
    case 117:
      for (let digit = start + 2; digit < start + 6; digit += 1) {
        if (!isHexDigit(bytes[digit])) throw new Fault(digit);
      }
      return start + 6;
    default:
      throw new Fault(start + 1);
  }
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** Behind a number, `true`, `false` or `null`. */
function wordEnd(bytes: Buffer, start: number): number {
  switch (bytes[start]) {
    case 116:
      return behind(TRUE, bytes, start);
    case 102:
      return behind(FALSE, bytes, start);
    case 110:
      return behind(NULL, bytes, start);
    default:
      return numberEnd(bytes, start);
  }
}

function behind(word: Buffer, bytes: Buffer, start: number): number {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes[start + index] !== word[index]) throw new Fault(start + index);
  }
  return start + word.length;
}

function numberEnd(bytes: Buffer, start: number): number {
  let at = bytes[start] === 45 ? start + 1 : start;
  at = bytes[at] === 48 ? at + 1 : digitsEnd(bytes, at);
  if (bytes[at] === 46) at = digitsEnd(bytes, at + 1);
  if (bytes[at] !== 101 && bytes[at] !== 69) return at;
  const sign = bytes[at + 1];
  return digitsEnd(bytes, sign === 43 || sign === 45 ? at + 2 : at + 1);
}

function digitsEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (isDigit(bytes[at])) at += 1;
  if (at === start) throw new Fault(at);
  return at;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return isDigit(byte) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
}

/** The text of a JSON string, whose span includes the quotes. */
export function decodeString(bytes: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === BACKSLASH) return String(JSON.parse(bytes.toString('utf8', start, end)));
  }
  return bytes.toString('utf8', start + 1, end - 1);
}

/** True if the string of this span, quotes included, is `text`, which is ASCII without quotes and backslashes. */
export function isString(bytes: Buffer, { start, end, text }: { start: number; end: number; text: string }) {
  const extra = end - start - 2 - text.length;
  // Escaped spellings are longer by five bytes for each character escaped: `\\u0072ole`.
  if (extra !== 0) return extra > 0 && extra % 5 === 0 && decodeString(bytes, start, end) === text;
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[start + 1 + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/** The member of this name that counts: the last one. */
export function lastMember({ bytes, spans }: JsonMembers, key: string): MemberSpan | undefined {
  for (let index = spans.length - 1; index >= 0; index -= 1) {
    const span = spans[index];
    if (span !== undefined && isString(bytes, { start: span.keyStart, end: span.keyEnd, text: key }))
      return span;
  }
  return undefined;
}

/** Whole numbers of up to so many digits are exact. */
const MAX_EXACT_DIGITS = 15;

/** The value of a member, parsed from its span alone. */
export function readSpan(json: JsonMembers, { kind, valueStart, valueEnd }: MemberSpan): unknown {
  const { bytes } = json;
  switch (kind) {
    case 'null':
      return null;
    case 'boolean':
      return bytes[valueStart] === 116;
    case 'number':
      return (
        readInteger(bytes, valueStart, valueEnd) ?? JSON.parse(bytes.toString('latin1', valueStart, valueEnd))
      );
    case 'string':
      // The scan has looked into short ones.
      if (json.gaps.length === 0 && valueEnd - valueStart < STEPPED_BYTES)
        return decodeString(bytes, valueStart, valueEnd);
      break;
    case 'array':
    case 'object':
      break;
  }
  const [first = bytes, ...rest] = sliceJson(json, valueStart, valueEnd);
  return JSON.parse((rest.length === 0 ? first : Buffer.concat([first, ...rest])).toString('utf8'));
}

/** Undefined: it is written in another way than in a few digits. */
function readInteger(bytes: Buffer, start: number, end: number): number | undefined {
  if (end - start > MAX_EXACT_DIGITS) return undefined;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    if (!isDigit(bytes[at])) return undefined;
    value = value * 10 + (bytes[at] as number) - 48;
  }
  return value;
}

/** The text from one offset to another, with what was left out of it. Nothing is copied. */
export function sliceJson({ bytes, gaps }: JsonMembers, start: number, end: number): Buffer[] {
  const slices: Buffer[] = [];
  let from = start;
  for (const { at, parts } of gaps) {
    if (at <= start || at >= end) continue;
    slices.push(bytes.subarray(from, at), ...parts);
    from = at;
  }
  slices.push(bytes.subarray(from, end));
  return slices;
}
