import { decodeString, isString, type JsonKind, type JsonVisitor } from '@aigc/providers/scan-json';

/** Media in the messages of a request. */
export interface FoundMedia {
  images: number;
  sounds: number;
  /** Videos and files, whose tokens their bytes do not tell. */
  others: number;
  /** Bytes of the body that are media data or its addresses, and no text. */
  imageBytes: number;
  soundBytes: number;
  otherBytes: number;
}

export interface MessageFault {
  index: number;
  /** Which is wrong: the message is no object, or its role is no string. */
  what: 'message' | 'role';
}

/** Depths at which the members of interest lie: `messages[i].content[j].image_url.url`. */
const ROOT_MEMBER = 1;
const MESSAGE = 2;
const MESSAGE_MEMBER = 3;
const PART_MEMBER = 5;
const MEDIUM_MEMBER = 6;

/** Members of a content part that are media; the data is their text, or that of a member of theirs. */
const MEDIA: ReadonlyMap<string, 'image' | 'sound' | 'other'> = new Map([
  ['image_url', 'image'],
  ['input_audio', 'sound'],
  ['audio_url', 'sound'],
  ['video_url', 'other'],
  ['video', 'other'],
  ['file', 'other'],
]);
const DATA_KEYS: ReadonlySet<string> = new Set(['url', 'data', 'file_data']);

/**
 * What must be known of the messages of a chat request before it is sent: that each has a role, and how
 * much of the body is media. Of a repeated member the last counts, as in `JSON.parse`; media counts always.
 */
export class MessageFacts implements JsonVisitor {
  readonly media: FoundMedia = {
    images: 0,
    sounds: 0,
    others: 0,
    imageBytes: 0,
    soundBytes: 0,
    otherBytes: 0,
  };
  fault: MessageFault | null = null;
  readonly #bytes: Buffer;
  #isMessagesKey = false;
  #isInMessages = false;
  #isInContent = false;
  #index = -1;
  #messageKey: 'role' | 'content' | null = null;
  #hasRole = false;
  #medium: 'image' | 'sound' | 'other' | null = null;
  #isDataKey = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  key(depth: number, start: number, end: number): void {
    if (depth === ROOT_MEMBER) this.#isMessagesKey = this.#isKey('messages', start, end);
    else if (!this.#isInMessages) return;
    else if (depth === MESSAGE_MEMBER) {
      if (this.#isKey('role', start, end)) this.#messageKey = 'role';
      else this.#messageKey = this.#isKey('content', start, end) ? 'content' : null;
    } else if (!this.#isInContent) return;
    else if (depth === PART_MEMBER) {
      this.#medium = MEDIA.get(decodeString(this.#bytes, start, end)) ?? null;
    } else if (depth === MEDIUM_MEMBER && this.#medium !== null) {
      this.#isDataKey = DATA_KEYS.has(decodeString(this.#bytes, start, end));
    }
  }

  scalar(depth: number, kind: JsonKind, bytes: number): void {
    if (!this.#isInMessages) return;
    if (depth === MESSAGE) {
      this.#index += 1;
      this.#note('message');
    } else if (depth === MESSAGE_MEMBER) {
      if (this.#messageKey === 'role') this.#hasRole = kind === 'string';
    } else if (kind === 'string' && this.#isInContent) {
      if (depth === PART_MEMBER) {
        this.#countMedium();
        this.#countData(bytes);
      } else if (depth === MEDIUM_MEMBER && this.#isDataKey) this.#countData(bytes);
    }
  }

  open(depth: number, kind: 'object' | 'array'): void {
    if (depth === ROOT_MEMBER && this.#isMessagesKey) {
      this.#isInMessages = kind === 'array';
      this.#index = -1;
      this.fault = null;
    } else if (!this.#isInMessages) return;
    else if (depth === MESSAGE) {
      this.#index += 1;
      this.#hasRole = false;
      this.#messageKey = null;
      if (kind === 'array') this.#note('message');
    } else if (depth === MESSAGE_MEMBER) {
      this.#isInContent = this.#messageKey === 'content' && kind === 'array';
      if (this.#messageKey === 'role') this.#hasRole = false;
    } else if (depth === PART_MEMBER && this.#isInContent) {
      this.#isDataKey = false;
      this.#countMedium();
    }
  }

  close(depth: number): void {
    if (!this.#isInMessages) return;
    if (depth === ROOT_MEMBER) this.#isInMessages = false;
    else if (depth === MESSAGE) {
      if (!this.#hasRole) this.#note('role');
    } else if (depth === MESSAGE_MEMBER) {
      this.#isInContent = false;
      this.#medium = null;
    } else if (depth === PART_MEMBER) this.#medium = null;
  }

  #note(what: MessageFault['what']): void {
    this.fault ??= { index: this.#index, what };
  }

  #countMedium(): void {
    if (this.#medium === 'image') this.media.images += 1;
    else if (this.#medium === 'sound') this.media.sounds += 1;
    else if (this.#medium === 'other') this.media.others += 1;
  }

  #countData(bytes: number): void {
    if (this.#medium === 'image') this.media.imageBytes += bytes;
    else if (this.#medium === 'sound') this.media.soundBytes += bytes;
    else if (this.#medium === 'other') this.media.otherBytes += bytes;
  }

  #isKey(text: string, start: number, end: number): boolean {
    return isString(this.#bytes, { start, end, text });
  }
}
