import { AppError } from '@aigc/shared/errors';
import {
  JsonError,
  lastMember,
  MAX_JSON_DEPTH,
  readSpan,
  scanJson,
  withoutByteOrderMark,
  type JsonKind,
  type JsonMembers,
  type MemberSpan,
} from '@aigc/providers/scan-json';
import { MessageFacts, type FoundMedia, type MessageFault } from './message-facts.ts';
import { isJsonObject, type JsonObject } from './parse-json-object.ts';

/**
 * A request's or an answer's JSON object, checked but not parsed: values are made of those members only
 * that somebody asks for, however large the rest is.
 */
export class ScannedBody implements JsonMembers {
  readonly bytes: Buffer;
  readonly open: number;
  readonly spans: readonly MemberSpan[];
  /** Images, sounds, videos and files in the messages. */
  readonly media: FoundMedia;
  /** The first thing wrong with the messages; null: each is an object with a role. */
  readonly messageFault: MessageFault | null;
  #value: JsonObject | undefined;

  constructor(json: JsonMembers, facts: MessageFacts) {
    this.bytes = json.bytes;
    this.open = json.open;
    this.spans = json.spans;
    this.media = facts.media;
    this.messageFault = facts.fault;
  }

  /** The value of a top-level member, undefined if there is none. Parsed anew with each call. */
  read(key: string): unknown {
    const span = lastMember(this, key);
    return span === undefined ? undefined : readSpan(this.bytes, span);
  }

  /** What a top-level member is, without reading it. */
  kindOf(key: string): JsonKind | undefined {
    return lastMember(this, key)?.kind;
  }

  /** The number of elements, if the member is an array; else 0. */
  itemsOf(key: string): number {
    const span = lastMember(this, key);
    return span?.kind === 'array' ? span.items : 0;
  }

  /** The whole object. Parses everything, once: for the rare cases that need it. @throws AppError `invalid_json` */
  value(): JsonObject {
    if (this.#value === undefined) {
      let value: unknown;
      try {
        value = JSON.parse(this.bytes.toString('utf8'));
      } catch {
        // Only the inside of a long string can be wrong here.
        throw new AppError('invalid_json', 'A long string in the request body is not valid JSON.');
      }
      this.#value = isJsonObject(value) ? value : {};
    }
    return this.#value;
  }
}

/** Checks a request's body. @throws AppError `invalid_json`, `body_too_deep` */
export function scanBody(bytes: Buffer): ScannedBody {
  try {
    return scan(bytes);
  } catch (error) {
    throw error instanceof JsonError ? requestError(error) : error;
  }
}

/** Checks an upstream's answer. @throws JsonError */
export function scanAnswer(bytes: Buffer): ScannedBody {
  return scan(bytes);
}

function scan(text: Buffer): ScannedBody {
  // The facts and the scanner must count from the same byte.
  const bytes = withoutByteOrderMark(text);
  const facts = new MessageFacts(bytes);
  return new ScannedBody(scanJson(bytes, facts), facts);
}

function requestError({ fault, position }: JsonError): AppError {
  switch (fault) {
    case 'not_utf8':
      return new AppError('invalid_json', 'The request body is not valid UTF-8.');
    case 'empty':
      return new AppError('invalid_json', 'The request body is empty; a JSON object is expected.');
    case 'incomplete':
      return new AppError(
        'invalid_json',
        `The request body is not complete JSON: it ends at character ${position}.`,
      );
    case 'too_deep':
      return new AppError(
        'body_too_deep',
        `The request body is nested deeper than ${MAX_JSON_DEPTH} levels.`,
      );
    case 'not_an_object':
      return new AppError('invalid_json', 'The request body must be a JSON object.');
    case 'invalid':
      return new AppError('invalid_json', `The request body is not valid JSON (at character ${position}).`);
  }
}
