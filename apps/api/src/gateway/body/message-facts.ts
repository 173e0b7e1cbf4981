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

/** Depths at which the members of interest lie: `messages[i].content[j].image_url.url`, or `input[i].output[j].image_url`. */
const ROOT_MEMBER = 1;
const MESSAGE = 2;
const MESSAGE_MEMBER = 3;
const PART = 4;
/** In Anthropic's API what a tool gave has parts of its own: `messages[i].content[j].content[k]`. */
const INNER_CONTENT = 5;
const INNER_PART = 6;

type Medium = 'image' | 'sound' | 'other' | 'source';

/** Members of a content part that are media; the data is their text, or that of a member of theirs. */
const MEDIA: ReadonlyMap<string, Medium> = new Map<string, Medium>([
  ['image_url', 'image'],
  ['input_audio', 'sound'],
  ['audio_url', 'sound'],
  ['video_url', 'other'],
  ['video', 'other'],
  ['file', 'other'],
  // In the items of a response's input, these are members of the part itself.
  ['file_data', 'other'],
  ['file_id', 'other'],
  ['file_url', 'other'],
  // Anthropic's API says of what beside it.
  ['source', 'source'],
]);
/** Of `"image"`, quotes included; other parts with a source have longer types. */
const IMAGE_TYPE_BYTES = 7;
const DATA_KEYS: ReadonlySet<string> = new Set(['url', 'data', 'file_data']);

/**
 * What must be known of the messages of a chat request before it is sent: that each has a role, and how
 * much of the body is media; of the input of a response only the latter. Of a repeated member the last counts,
 * as in `JSON.parse`; media counts always.
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
  #listKey: 'messages' | 'input' | null = null;
  /** In `messages`, or in the `input` of a response. */
  #isInMessages = false;
  #isInput = false;
  #isInContent = false;
  #index = -1;
  #messageKey: 'role' | 'content' | null = null;
  #hasRole = false;
  #medium: Medium | null = null;
  #isDataKey = false;
  #partDepth = PART;
  #partKey: 'type' | 'content' | null = null;
  #isImagePart = false;
  #sources = 0;
  #sourceBytes = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  key(depth: number, start: number, end: number): void {
    if (depth === ROOT_MEMBER) {
      if (this.#isKey('messages', start, end)) this.#listKey = 'messages';
      else this.#listKey = this.#isKey('input', start, end) ? 'input' : null;
    } else if (!this.#isInMessages) return;
    else if (depth === MESSAGE_MEMBER) {
      if (this.#isKey('role', start, end)) this.#messageKey = 'role';
      else {
        const isContent =
          this.#isKey('content', start, end) || (this.#isInput && this.#isKey('output', start, end));
        this.#messageKey = isContent ? 'content' : null;
      }
    } else if (!this.#isInContent) return;
    else if (depth === this.#partDepth + 1) {
      const key = decodeString(this.#bytes, start, end);
      this.#medium = MEDIA.get(key) ?? null;
      this.#partKey = key === 'type' || key === 'content' ? key : null;
    } else if (depth === this.#partDepth + 2 && this.#medium !== null) {
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
      if (depth === this.#partDepth + 1) {
        if (this.#partKey === 'type') this.#isImagePart = bytes === IMAGE_TYPE_BYTES;
        this.#countMedium();
        this.#countData(bytes);
      } else if (depth === this.#partDepth + 2 && this.#isDataKey) this.#countData(bytes);
    }
  }

  open(depth: number, kind: 'object' | 'array'): void {
    if (depth === ROOT_MEMBER && this.#listKey !== null) {
      this.#isInMessages = kind === 'array';
      this.#isInput = this.#listKey === 'input';
      this.#index = -1;
      if (!this.#isInput) this.fault = null;
    } else if (!this.#isInMessages) return;
    else if (depth === MESSAGE) {
      this.#index += 1;
      this.#hasRole = false;
      this.#messageKey = null;
      if (kind === 'array') this.#note('message');
    } else if (depth === MESSAGE_MEMBER) {
      this.#isInContent = this.#messageKey === 'content' && kind === 'array';
      if (this.#messageKey === 'role') this.#hasRole = false;
    } else if (!this.#isInContent) return;
    else if (depth === this.#partDepth) {
      this.#isImagePart = false;
      this.#sources = 0;
      this.#sourceBytes = 0;
    } else if (depth === this.#partDepth + 1) {
      this.#isDataKey = false;
      this.#countMedium();
      if (depth === INNER_CONTENT && kind === 'array' && this.#partKey === 'content') {
        this.#partDepth = INNER_PART;
      }
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
      this.#partDepth = PART;
    } else if (depth === INNER_CONTENT) {
      this.#medium = null;
      this.#partDepth = PART;
    } else if (depth === this.#partDepth + 1) this.#medium = null;
    else if (depth === this.#partDepth && this.#sources > 0) this.#countSources();
  }

  #note(what: MessageFault['what']): void {
    if (this.#isInput) return;
    this.fault ??= { index: this.#index, what };
  }

  #countMedium(): void {
    if (this.#medium === 'image') this.media.images += 1;
    else if (this.#medium === 'sound') this.media.sounds += 1;
    else if (this.#medium === 'other') this.media.others += 1;
    else if (this.#medium === 'source') this.#sources += 1;
  }

  #countData(bytes: number): void {
    if (this.#medium === 'image') this.media.imageBytes += bytes;
    else if (this.#medium === 'sound') this.media.soundBytes += bytes;
    else if (this.#medium === 'other') this.media.otherBytes += bytes;
    else if (this.#medium === 'source') this.#sourceBytes += bytes;
  }

  /** Its type may come after its source, so that only a whole part can be counted. */
  #countSources(): void {
    const { media } = this;
    if (this.#isImagePart) {
      media.images += this.#sources;
      media.imageBytes += this.#sourceBytes;
    } else {
      media.others += this.#sources;
      media.otherBytes += this.#sourceBytes;
    }
    this.#sources = 0;
    this.#sourceBytes = 0;
  }

  #isKey(text: string, start: number, end: number): boolean {
    return isString(this.#bytes, { start, end, text });
  }
}
