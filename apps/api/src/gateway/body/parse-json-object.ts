import { isUtf8 } from 'node:buffer';
import { AppError } from '@aigc/shared/errors';

/** Deepest nesting accepted. Real requests (tool schemas) stay below twenty. */
export const MAX_JSON_DEPTH = 100;

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nesting of a JSON text, without recursion; brackets inside strings do not count. */
function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charCodeAt(index);
    if (char === 34) {
      index += 1;
      while (index < text.length && text.charCodeAt(index) !== 34)
        index += text.charCodeAt(index) === 92 ? 2 : 1;
    } else if (char === 123 || char === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (char === 125 || char === 93) depth -= 1;
  }
  return deepest;
}

/** Refuses a body that says it is something else than JSON. A missing content type is taken for JSON. */
export function requireJsonContentType(contentType: string | undefined): void {
  if (contentType === undefined || /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType)) return;
  throw new AppError('unsupported_media_type', 'The content type must be application/json.', {
    param: 'content-type',
  });
}

/** Reads a JSON object and its text (without a byte order mark). */
export function parseJsonObject(bytes: Buffer): { text: string; value: JsonObject } {
  if (!isUtf8(bytes)) throw new AppError('invalid_json', 'The request body is not valid UTF-8.');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '')
    throw new AppError('invalid_json', 'The request body is empty; a JSON object is expected.');
  if (jsonDepth(text) > MAX_JSON_DEPTH) {
    throw new AppError('body_too_deep', `The request body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8's message quotes the body; the position alone says enough and repeats nothing.
    const position = /position (\d+)/.exec(String(error))?.[1];
    const where = position === undefined ? '' : ` (at character ${position})`;
    if (/end of JSON input/.test(String(error))) {
      throw new AppError(
        'invalid_json',
        `The request body is not complete JSON: it ends at character ${text.length}.`,
      );
    }
    throw new AppError('invalid_json', `The request body is not valid JSON${where}.`);
  }
  if (!isJsonObject(value)) throw new AppError('invalid_json', 'The request body must be a JSON object.');
  return { text, value };
}
