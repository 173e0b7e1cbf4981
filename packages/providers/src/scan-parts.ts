import { isAscii } from 'node:buffer';
import {
  JsonError,
  LONG_STRING_BYTES,
  scanJson,
  withoutByteOrderMark,
  type Gap,
  type JsonMembers,
  type JsonVisitor,
} from './scan-json.ts';

const QUOTE = 34;
const BACKSLASH = 92;
/** Smaller texts are put together before they are scanned. */
const LARGE_TEXT_BYTES = 256 * 1024;

/** For tests with short texts. */
export interface PartsOptions {
  largeTextBytes?: number;
  /** Shorter parts are kept: a string from which one is left out is a long one. */
  omittedPartBytes?: number;
}

/**
 * Scans a JSON object that came in parts. Of a large one, parts that lie within a string (a piece of an image,
 * say) are neither looked through nor copied: what is left without them has the same structure.
 * `visitorFor` is told which bytes the offsets will count in.
 * @throws JsonError
 */
export function scanParts(
  parts: readonly Buffer[],
  visitorFor: (bytes: Buffer) => JsonVisitor,
  { largeTextBytes = LARGE_TEXT_BYTES, omittedPartBytes = LONG_STRING_BYTES }: PartsOptions = {},
): JsonMembers {
  const bytesInAll = parts.reduce((sum, part) => sum + part.length, 0);
  const condensed = bytesInAll < largeTextBytes ? null : condense(parts, omittedPartBytes);
  if (condensed !== null) {
    try {
      return scanJson(condensed.bytes, visitorFor(condensed.bytes), { gaps: condensed.gaps });
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      // Something was left out that mattered, or the text is wrong: the whole of it will tell, and where.
    }
  }
  const [first] = parts;
  const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
  // The visitor and the scanner must count from the same byte.
  const bytes = withoutByteOrderMark(whole);
  return scanJson(bytes, visitorFor(bytes));
}

/** Null: nothing can be left out. */
function condense(parts: readonly Buffer[], omittedPartBytes: number): { bytes: Buffer; gaps: Gap[] } | null {
  const kept: Buffer[] = [];
  const gaps: { at: number; parts: Buffer[]; length: number }[] = [];
  let at = 0;
  let gap: (typeof gaps)[number] | null = null;
  for (const [index, part] of parts.entries()) {
    const isInside =
      index > 0 && index < parts.length - 1 && part.length >= omittedPartBytes && saysNothing(part);
    if (isInside && gap === null && endsPlainly(parts[index - 1])) {
      gap = { at, parts: [], length: 0 };
      gaps.push(gap);
    }
    if (isInside && gap !== null) {
      gap.parts.push(part);
      gap.length += part.length;
    } else {
      gap = null;
      kept.push(part);
      at += part.length;
    }
  }
  if (gaps.length === 0) return null;
  const bytes = Buffer.concat(kept, at);
  // Without its mark every offset would be another.
  return withoutByteOrderMark(bytes) === bytes ? { bytes, gaps } : null;
}

/** Within a string, such a part neither ends it nor changes what is around it. */
function saysNothing(part: Buffer): boolean {
  return part.indexOf(QUOTE) === -1 && part.indexOf(BACKSLASH) === -1 && isAscii(part);
}

/** Not with half a character, nor with half an escape. */
function endsPlainly(part: Buffer | undefined): boolean {
  const last = part?.at(-1);
  return last !== undefined && last < 128 && last !== BACKSLASH;
}
