import type { BodyLogging } from '@aigc/core/settings/settings';
import { sliceJson } from '@aigc/providers/scan-json';
import type { Reserved } from '../pipeline/contexts.ts';
import { KeptText } from './kept-text.ts';
import type { MemoryShare } from './memory-share.ts';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'multipart/form-data';

/** A body while it waits to be written. */
export interface CapturedBody {
  contentType: string;
  text: Buffer;
  bytes: number;
  isTruncated: boolean;
}

/** What a call leaves to be kept. */
export interface CapturedCall {
  requestId: string;
  userId: string;
  apiKeyId: number | null;
  createdAt: string;
  /** Null: there was no room. */
  bodies: { request: CapturedBody; answer: CapturedBody | null } | null;
  /** Of the shared memory; given back once the call is written, or given up. */
  heldBytes: number;
}

/** Collects what one call is answered, in bounded memory, and at its end what it asked. */
export class BodyCapture {
  readonly #policy: BodyLogging;
  readonly #memory: MemoryShare;
  readonly #onDone: (call: CapturedCall) => void;
  #answer: { contentType: string; text: KeptText } | null = null;
  /** An answer that is no text: of it only this is kept. */
  #binary: { contentType: string; bytes: number } | null = null;

  constructor(policy: BodyLogging, memory: MemoryShare, onDone: (call: CapturedCall) => void) {
    this.#policy = policy;
    this.#memory = memory;
    this.#onDone = onDone;
  }

  get hasAnswer(): boolean {
    return this.#answer !== null || this.#binary !== null;
  }

  /** Whole events of a stream, as they are sent. */
  events(bytes: Buffer): void {
    const { text } = this.#open('text/event-stream');
    text.restart();
    text.push(bytes);
  }

  /** A whole answer, as it is sent. */
  whole(contentType: string, bytes: Buffer): void {
    this.#open(contentType).text.push(bytes);
  }

  /** Bytes of sound: they are counted, not kept. */
  sound(contentType: string, bytes: number): void {
    this.#binary ??= { contentType, bytes: 0 };
    this.#binary.bytes += bytes;
  }

  /** The call is over, and its client was told. Its request's memory is read here for the last time. */
  end({ requestId, createdAt, caller, request }: Reserved, isFailed: boolean): void {
    if (!isFailed && this.#policy.mode === 'failed') {
      this.#memory.give(this.#heldByAnswer);
      return;
    }
    const asked = new KeptText(this.#policy.maxBytes, this.#memory);
    const { json } = request.body;
    for (const part of sliceJson(json, 0, json.bytes.length)) asked.push(part);
    const body = { contentType: request.form === undefined ? JSON_TYPE : FORM_TYPE, ...asked.finish() };
    const answer = this.#takeAnswer();
    let heldBytes = asked.heldBytes + this.#heldByAnswer;
    if (asked.lacksMemory) {
      this.#memory.give(heldBytes);
      heldBytes = 0;
    }
    this.#onDone({
      requestId,
      userId: caller.user.id,
      apiKeyId: caller.key === null ? null : caller.key.id,
      createdAt,
      bodies: asked.lacksMemory ? null : { request: body, answer },
      heldBytes,
    });
  }

  get #heldByAnswer(): number {
    return this.#answer === null ? 0 : this.#answer.text.heldBytes;
  }

  #open(contentType: string): { contentType: string; text: KeptText } {
    this.#answer ??= { contentType, text: new KeptText(this.#policy.maxBytes, this.#memory) };
    return this.#answer;
  }

  #takeAnswer(): CapturedBody | null {
    if (this.#answer !== null) {
      return { contentType: this.#answer.contentType, ...this.#answer.text.finish() };
    }
    if (this.#binary === null) return null;
    const { contentType, bytes } = this.#binary;
    return {
      contentType,
      text: Buffer.from(`[${bytes} bytes of ${contentType} left out]`),
      bytes,
      isTruncated: false,
    };
  }
}
