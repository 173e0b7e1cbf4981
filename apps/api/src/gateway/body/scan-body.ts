import { AppError } from '@aigc/shared/errors';
import {
  JsonError,
  lastMember,
  MAX_JSON_DEPTH,
  readSpan,
  scanJson,
  sliceJson,
  type JsonKind,
  type JsonMembers,
} from '@aigc/providers/scan-json';
import { scanParts } from '@aigc/providers/scan-parts';
import { MessageFacts, type FoundMedia, type MessageFault } from './message-facts.ts';
import { isJsonObject, type JsonObject } from './parse-json-object.ts';

/**
 * A request's or an answer's JSON object, checked but not parsed: values are made of those members only
 * that somebody asks for, however large the rest is.
 */
export class ScannedBody {
  readonly json: JsonMembers;
  /** Of all the text. */
  readonly byteLength: number;
  /** Images, sounds, videos and files in the messages. */
  readonly media: FoundMedia;
  /** The first thing wrong with the messages; null: each is an object with a role. */
  readonly messageFault: MessageFault | null;
  #bytes: Buffer | undefined;
  #value: JsonObject | undefined;

  constructor(json: JsonMembers, facts: Pick<MessageFacts, 'media' | 'fault'>) {
    this.json = json;
    this.byteLength = json.gaps.reduce((sum, gap) => sum + gap.length, json.bytes.length);
    this.media = facts.media;
    this.messageFault = facts.fault;
  }

  /** All of the text in one piece. Copies a large one, once. */
  get bytes(): Buffer {
    const { json } = this;
    this.#bytes ??=
      json.gaps.length === 0 ? json.bytes : Buffer.concat(sliceJson(json, 0, json.bytes.length));
    return this.#bytes;
  }

  /** The value of a top-level member, undefined if there is none. Parsed anew with each call. @throws AppError */
  read(key: string): unknown {
    const span = lastMember(this.json, key);
    return span === undefined ? undefined : parsed(() => readSpan(this.json, span));
  }

  /**
   * Gives the memory of a large body's pieces back at once; nobody may read it afterwards. Left to the garbage
   * collector, which looks through everything that lives to find it, it would cost more than all other work
   * on such a body.
   */
  release(): void {
    for (const { parts } of this.json.gaps) {
      for (const { buffer, byteLength } of parts) {
        const isAlone = buffer.byteLength === byteLength;
        if (isAlone && buffer instanceof ArrayBuffer) buffer.transfer(0);
      }
    }
  }

  /** What a top-level member is, without reading it. */
  kindOf(key: string): JsonKind | undefined {
    return lastMember(this.json, key)?.kind;
  }

  /** The number of elements, if the member is an array; else 0. */
  itemsOf(key: string): number {
    const span = lastMember(this.json, key);
    return span?.kind === 'array' ? span.items : 0;
  }

  /** The whole object. Parses everything, once: for the rare cases that need it. @throws AppError `invalid_json` */
  value(): JsonObject {
    if (this.#value === undefined) {
      const value = parsed(() => JSON.parse(this.bytes.toString('utf8')) as unknown);
      this.#value = isJsonObject(value) ? value : {};
    }
    return this.#value;
  }
}

/** Only the inside of a long string can be wrong in what was scanned. @throws AppError `invalid_json` */
function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch {
    throw new AppError('invalid_json', 'A long string in the JSON is not valid.');
  }
}

/** Checks a request's body, whole or as it came. @throws AppError `invalid_json`, `body_too_deep` */
export function scanBody(body: Buffer | readonly Buffer[]): ScannedBody {
  try {
    return scan(Buffer.isBuffer(body) ? [body] : body);
  } catch (error) {
    throw error instanceof JsonError ? requestError(error) : error;
  }
}

/** Checks an upstream's answer. @throws JsonError */
export function scanAnswer(bytes: Buffer): ScannedBody {
  // Nobody asks about messages in it.
  return new ScannedBody(scanJson(bytes), NO_FACTS);
}

const NO_FACTS = new MessageFacts(Buffer.alloc(0));

function scan(parts: readonly Buffer[]): ScannedBody {
  let facts: MessageFacts | undefined;
  const json = scanParts(parts, (bytes) => (facts = new MessageFacts(bytes)));
  return new ScannedBody(json, facts ?? new MessageFacts(json.bytes));
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
