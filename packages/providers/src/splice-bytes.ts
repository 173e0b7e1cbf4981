/** Editing a JSON object's bytes, so that everything not edited is forwarded as it was written. */

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Strings up to here are stepped through; the end of a longer one is searched, which a call into native code pays for. */
const STEPPED_BYTES = 48;
/** Parts shorter than this together are copied into one: one write costs less than two. */
const COPIED_BYTES = 64 * 1024;

interface Span {
  start: number;
  end: number;
}

interface Edit extends Span {
  value: Buffer;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

function skipSpace(bytes: Buffer, start: number): number {
  let index = start;
  while (isSpace(bytes[index])) index += 1;
  return index;
}

/** The index after a string's closing quote; `start` is at the opening one. @throws SyntaxError if there is none */
function skipString(bytes: Buffer, start: number): number {
  let index = start + 1;
  for (const stop = index + STEPPED_BYTES; index < stop; index += 1) {
    const byte = bytes[index];
    if (byte === QUOTE) return index + 1;
    if (byte === BACKSLASH) index += 1;
  }
  // Nothing before `from` can escape what comes after it.
  for (let from = index; ;) {
    const quote = bytes.indexOf(QUOTE, from);
    if (quote === -1) throw new SyntaxError('unterminated string');
    let first = quote;
    while (first > index && bytes[first - 1] === BACKSLASH) first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function skipValue(bytes: Buffer, start: number): number {
  let depth = 0;
  let index = start;
  while (index < bytes.length) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      index = skipString(bytes, index);
      if (depth === 0) return index;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 0) return index;
      depth -= 1;
      if (depth === 0) return index + 1;
    } else if (depth === 0 && (byte === COMMA || isSpace(byte))) return index;
    index += 1;
  }
  return index;
}

/** Compares a written key, which may hold escapes, with a name. */
function isKey(bytes: Buffer, { start, end }: Span, name: string): boolean {
  const written = bytes.toString('latin1', start + 1, end - 1);
  if (written === name) return true;
  return written.includes('\\') && JSON.parse(bytes.toString('utf8', start, end)) === name;
}

/** Calls `visit` for each top-level member. Returns the index after the opening brace and whether there was none. */
function eachMember(
  bytes: Buffer,
  visit: (key: Span, value: Span) => void,
): { open: number; isEmpty: boolean } {
  const open = skipSpace(bytes, 0) + 1;
  let index = skipSpace(bytes, open);
  const isEmpty = bytes[index] !== QUOTE;
  while (bytes[index] === QUOTE) {
    const key = { start: index, end: skipString(bytes, index) };
    let at = skipSpace(bytes, key.end);
    if (bytes[at] === COLON) at += 1;
    const start = skipSpace(bytes, at);
    const value = { start, end: skipValue(bytes, start) };
    visit(key, value);
    index = skipSpace(bytes, value.end);
    if (bytes[index] === COMMA) index = skipSpace(bytes, index + 1);
  }
  return { open, isEmpty };
}

/**
 * Sets top-level members of a JSON object: returns parts that make up the edited bytes and share memory with
 * `bytes` unless they are small. `bytes` must be an object that `JSON.parse` accepts. Of a repeated key every
 * occurrence is set.
 */
export function spliceBytes(bytes: Buffer, members: Readonly<Record<string, unknown>>): readonly Buffer[] {
  const names = Object.keys(members);
  if (names.length === 0) return [bytes];
  const edits: Edit[] = [];
  const found = new Set<string>();
  const { open, isEmpty } = eachMember(bytes, (key, value) => {
    for (const name of names) {
      if (!isKey(bytes, key, name)) continue;
      found.add(name);
      edits.push({ ...value, value: Buffer.from(JSON.stringify(members[name])) });
      return;
    }
  });
  const added = names.filter((name) => !found.has(name));
  if (added.length > 0) {
    const text = added.map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`).join(',');
    edits.unshift({ start: open, end: open, value: Buffer.from(isEmpty ? text : `${text},`) });
  }
  return applyEdits(bytes, edits);
}

function applyEdits(bytes: Buffer, edits: readonly Edit[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, value } of edits) {
    if (start > at) parts.push(bytes.subarray(at, start));
    parts.push(value);
    at = end;
  }
  if (at < bytes.length) parts.push(bytes.subarray(at));
  return bytes.length > COPIED_BYTES ? parts : [Buffer.concat(parts)];
}
