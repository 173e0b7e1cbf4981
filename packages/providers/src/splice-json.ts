/** Editing a JSON object's text in place, so that everything not edited is forwarded byte for byte. */

interface Span {
  /** Start of the key's opening quote. */
  keyStart: number;
  valueStart: number;
  valueEnd: number;
}

function skipString(text: string, start: number): number {
  let index = start + 1;
  for (;;) {
    const quote = text.indexOf('"', index);
    if (quote === -1) throw new SyntaxError('unterminated string');
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    index = quote + 1;
  }
}

function skipSpace(text: string, start: number): number {
  let index = start;
  while (index < text.length && ' \t\n\r'.includes(text.charAt(index))) index += 1;
  return index;
}

function skipValue(text: string, start: number): number {
  let depth = 0;
  let index = start;
  while (index < text.length) {
    const char = text.charAt(index);
    if (char === '"') {
      index = skipString(text, index);
      if (depth === 0) return index;
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      if (depth === 0) return index;
      depth -= 1;
      if (depth === 0) return index + 1;
    } else if (depth === 0 && (char === ',' || ' \t\n\r'.includes(char))) return index;
    index += 1;
  }
  return index;
}

/** Spans of the top-level members by key. Of a repeated key the last one counts, as in `JSON.parse`. */
function topLevelSpans(text: string): { spans: Map<string, Span[]>; open: number; empty: boolean } {
  const open = skipSpace(text, 0);
  const spans = new Map<string, Span[]>();
  let index = skipSpace(text, open + 1);
  const empty = text.charAt(index) === '}';
  while (text.charAt(index) === '"') {
    const keyStart = index;
    const keyEnd = skipString(text, index);
    const key: unknown = JSON.parse(text.slice(keyStart, keyEnd));
    const valueStart = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const valueEnd = skipValue(text, valueStart);
    const known = spans.get(String(key)) ?? [];
    known.push({ keyStart, valueStart, valueEnd });
    spans.set(String(key), known);
    index = skipSpace(text, valueEnd);
    if (text.charAt(index) === ',') index = skipSpace(text, index + 1);
  }
  return { spans, open, empty };
}

/**
 * Sets top-level members of a JSON object's text. `text` must be an object that `JSON.parse` accepts;
 * numbers beyond 2^53, key order, spacing and unknown members of the rest stay exactly as they were.
 */
export function spliceJson(text: string, members: Record<string, unknown>): string {
  const { spans, open, empty } = topLevelSpans(text);
  const edits: { start: number; end: number; value: string }[] = [];
  const added: string[] = [];
  for (const [key, value] of Object.entries(members)) {
    const found = spans.get(key);
    const written = JSON.stringify(value);
    if (found === undefined) added.push(`${JSON.stringify(key)}:${written}`);
    else for (const span of found) edits.push({ start: span.valueStart, end: span.valueEnd, value: written });
  }
  edits.sort((a, b) => b.start - a.start);
  let edited = text;
  for (const edit of edits) edited = edited.slice(0, edit.start) + edit.value + edited.slice(edit.end);
  if (added.length === 0) return edited;
  return `${edited.slice(0, open + 1)}${added.join(',')}${empty ? '' : ','}${edited.slice(open + 1)}`;
}

/**
 * Takes a top-level member out of a JSON object's text, which must be one that `JSON.parse` accepts. All
 * else stays exactly as it was.
 */
export function removeMember(text: string, key: string): string {
  const { spans } = topLevelSpans(text);
  const removed = new Set(spans.get(key) ?? []);
  if (removed.size === 0) return text;
  const all = [...spans.values()].flat().toSorted((a, b) => a.keyStart - b.keyStart);
  const kept = all.filter((span) => !removed.has(span));
  const open = text.indexOf('{');
  const end = all.at(-1)?.valueEnd ?? open + 1;
  const members = kept.map((span) => text.slice(span.keyStart, span.valueEnd)).join(',');
  return `${text.slice(0, open + 1)}${members}${text.slice(end)}`;
}
