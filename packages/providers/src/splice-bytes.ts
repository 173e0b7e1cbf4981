import { isString, scanJson, sliceJson, type JsonMembers } from './scan-json.ts';

/** Up to here, copying is cheaper than sending several parts. */
const COPIED_BYTES = 64 * 1024;

interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * Sets top-level members of a JSON object: returns parts that make up the edited bytes and share memory with
 * the given ones unless they are small. All else is forwarded as it was written. Of a repeated key every
 * occurrence is set. Whoever has scanned the text already hands the scan over, so that it is not done again.
 */
export function spliceBytes(
  json: Buffer | JsonMembers,
  members: Readonly<Record<string, unknown>>,
): readonly Buffer[] {
  const names = Object.keys(members);
  if (names.length === 0 && Buffer.isBuffer(json)) return [json];
  const scanned = Buffer.isBuffer(json) ? scanJson(json) : json;
  const edits = editsFor(scanned, members);
  const isLarge = scanned.gaps.length > 0 || scanned.bytes.length > COPIED_BYTES;
  return isLarge ? parts(scanned, edits) : [copy(scanned.bytes, edits)];
}

/** In the order of the text. */
function editsFor({ bytes, open, spans }: JsonMembers, members: Readonly<Record<string, unknown>>): Edit[] {
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const name of Object.keys(members)) {
    const text = JSON.stringify(members[name]);
    const before = edits.length;
    for (const { keyStart, keyEnd, valueStart, valueEnd } of spans) {
      if (isString(bytes, { start: keyStart, end: keyEnd, text: name })) {
        edits.push({ start: valueStart, end: valueEnd, text });
      }
    }
    if (edits.length === before) added.push(`${JSON.stringify(name)}:${text}`);
  }
  if (added.length > 0) {
    const text = added.join(',') + (spans.length === 0 ? '' : ',');
    edits.push({ start: open + 1, end: open + 1, text });
  }
  return edits.length < 2 ? edits : edits.toSorted((a, b) => a.start - b.start);
}

function parts(json: JsonMembers, edits: readonly Edit[]): Buffer[] {
  const given: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    given.push(...sliceJson(json, at, start), Buffer.from(text));
    at = end;
  }
  given.push(...sliceJson(json, at, json.bytes.length));
  return given;
}

function copy(bytes: Buffer, edits: readonly Edit[]): Buffer {
  let length = bytes.length;
  for (const { start, end, text } of edits) length += Buffer.byteLength(text) - (end - start);
  const copied = Buffer.allocUnsafe(length);
  let from = 0;
  let to = 0;
  for (const { start, end, text } of edits) {
    to += bytes.copy(copied, to, from, start);
    to += copied.write(text, to);
    from = end;
  }
  bytes.copy(copied, to, from);
  return copied;
}

/** Takes a top-level member out of a JSON object's text. All else stays exactly as it was. */
export function removeMember(text: string, key: string): string {
  const { bytes, open, spans } = scanJson(Buffer.from(text));
  const kept = spans.filter(
    ({ keyStart, keyEnd }) => !isString(bytes, { start: keyStart, end: keyEnd, text: key }),
  );
  const last = spans.at(-1);
  if (last === undefined || kept.length === spans.length) return text;
  const members = kept.map(({ keyStart, valueEnd }) => bytes.toString('utf8', keyStart, valueEnd)).join(',');
  return bytes.toString('utf8', 0, open + 1) + members + bytes.toString('utf8', last.valueEnd);
}
