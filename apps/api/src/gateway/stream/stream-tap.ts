import { isUtf8 } from 'node:buffer';
import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { ChunkMeter, type ChunkMeterOptions } from './chunk-meter.ts';
import { ChunkTemplate } from './chunk-template.ts';
import { GrowingBuffer } from './growing-buffer.ts';
import { MAX_EVENT_BYTES, SseDecoder, SseError, type SseEvent } from './sse-decoder.ts';
import type { Tap } from './tap.ts';

export type StreamTapOptions = ChunkMeterOptions;

const LF = 10;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const DONE = '[DONE]';
/** The last event of a complete stream. */
const DONE_EVENT = Buffer.from('data: [DONE]\n\n');
/** Templates learned in vain before a stream is taken for one whose chunks are not alike. */
const MAX_USELESS_TEMPLATES = 4;
/** Larger events are rare, and not worth keeping. */
const MAX_TEMPLATE_BYTES = 8 * 1024;

/**
 * The tap of chat completions, and of all streams of their form. Forwarded bytes are the upstream's own wherever nothing had to change. Withheld are `[DONE]` and all that
 * follows it, the usage that the client did not ask for, comments, `id:`, `retry:` and events without data.
 * A fault of the stream is kept in `failure`; what came before it has been given back by then.
 */
export class StreamTap implements Tap {
  readonly #meter: ChunkMeter;
  /** The beginning of an event whose end has not come. */
  readonly #tail = new GrowingBuffer();
  #isFirst = true;
  /** Decodes everything from the first carriage return's event on; null: there was none yet. */
  #decoder: SseDecoder | null = null;
  #template: ChunkTemplate | null = null;
  #uselessTemplates = 0;
  #isDone = false;
  #failure: AppError | null = null;

  constructor(options: StreamTapOptions) {
    this.#meter = new ChunkMeter(options);
  }

  /** `[DONE]` has come. */
  get isDone(): boolean {
    return this.#isDone;
  }

  get failure(): AppError | null {
    return this.#failure;
  }

  /** Every choice has its finish_reason: the answer is complete, though usage may follow. */
  get isFinished(): boolean {
    return this.#meter.isFinished;
  }

  get hasUsage(): boolean {
    return this.#meter.hasUsage;
  }

  get hasDelivered(): boolean {
    return this.#meter.hasDelivered;
  }

  get ttftMs(): number | null {
    return this.#meter.ttftMs;
  }

  usage(estimatedPromptTokens: number): MeteredUsage {
    return this.#meter.usage(estimatedPromptTokens);
  }

  ending(): Buffer {
    return DONE_EVENT;
  }

  failed(): null {
    return null;
  }

  push(bytes: Buffer): Buffer | null {
    if (this.#isOver || bytes.length === 0) return null;
    if (this.#decoder !== null) return this.#decode(this.#decoder, bytes);
    let input = bytes;
    if (this.#tail.length > 0 || this.#isFirst) {
      const isWaiting = this.#tail.length > 0 && !this.#isFirst && !this.#completesEvent(bytes);
      this.#tail.append(bytes);
      if (isWaiting || (this.#isFirst && this.#tail.length < BYTE_ORDER_MARK.length)) {
        this.#limitTail();
        return null;
      }
      input = this.#tail.take();
      if (this.#isFirst && input.indexOf(BYTE_ORDER_MARK) === 0) {
        input = input.subarray(BYTE_ORDER_MARK.length);
      }
      this.#isFirst = false;
    }
    return this.#scan(input);
  }

  /** What the last event held, if it lacked its blank line. */
  end(): Buffer | null {
    if (this.#isOver) return null;
    const out: Buffer[] = [];
    try {
      const decoder = this.#decoder ?? new SseDecoder({ hasBegun: !this.#isFirst });
      if (this.#tail.length > 0) decoder.read(this.#tail.take(), (event) => this.#handle(event, out));
      for (const event of decoder.end()) this.#handle(event, out);
    } catch (cause) {
      this.#fail(cause);
    }
    return joined(out);
  }

  get #isOver(): boolean {
    return this.#isDone || this.#failure !== null;
  }

  #completesEvent(bytes: Buffer): boolean {
    return (
      (bytes[0] === LF && this.#tail.last === LF) ||
      bytes.indexOf('\n\n') !== -1 ||
      bytes.indexOf('\r') !== -1
    );
  }

  #limitTail(): void {
    // Two more for line feeds that may already belong to the event's end.
    if (this.#tail.length <= MAX_EVENT_BYTES + 2) return;
    this.#tail.take();
    this.#fail(tooLarge());
  }

  /** Goes through `input`, which begins where an event does. */
  #scan(input: Buffer): Buffer | null {
    const text = input.toString('latin1');
    let at = this.#matchTemplate(input, text, 0);
    if (at === text.length) return input;
    const out: Buffer[] = [];
    const firstCr = text.indexOf('\r', at);
    // Carriage returns end lines too: from the first event that has one, the exact decoder takes over.
    const limit = firstCr === -1 ? text.length : firstCr;
    // What lies between here and `at` is forwarded as it is.
    let unsent = 0;
    while (!this.#isOver) {
      at = this.#matchTemplate(input, text, at);
      const end = text.indexOf('\n\n', at);
      if (end === -1 || end + 2 > limit) break;
      const replaced = this.#readEvent(input, text, { start: at, end });
      if (replaced !== null) {
        if (at > unsent) out.push(input.subarray(unsent, at));
        out.push(...replaced);
        unsent = end + 2;
      }
      at = end + 2;
    }
    if (at > unsent) out.push(input.subarray(unsent, at));
    if (!this.#isOver && at < input.length) this.#keepRest(input.subarray(at), firstCr !== -1, out);
    return joined(out);
  }

  #keepRest(rest: Buffer, hasCarriageReturn: boolean, out: Buffer[]): void {
    if (hasCarriageReturn) {
      this.#decoder = new SseDecoder({ hasBegun: true });
      const decoded = this.#decode(this.#decoder, rest);
      if (decoded !== null) out.push(decoded);
      return;
    }
    this.#tail.append(rest);
    this.#limitTail();
  }

  #matchTemplate(input: Buffer, text: string, from: number): number {
    if (this.#template === null) return from;
    const { delivered } = this.#meter;
    const before = delivered.characters;
    let at = from;
    for (;;) {
      const next = this.#template.match(text, at, { bytes: input, delivered });
      if (next === -1) break;
      at = next;
    }
    if (at !== from) this.#uselessTemplates = 0;
    if (delivered.characters !== before) this.#meter.noteContent();
    return at;
  }

  /** Reads one event exactly. Null: it is to be forwarded as it is; else what to forward instead. */
  #readEvent(input: Buffer, text: string, { start, end }: { start: number; end: number }): Buffer[] | null {
    const out: Buffer[] = [];
    try {
      if (end - start > MAX_EVENT_BYTES) throw tooLarge();
      const jsonStart = jsonOfPlainEvent(text, start, end);
      if (jsonStart === -1) {
        const decoder = new SseDecoder({ hasBegun: true });
        decoder.read(input.subarray(start, end + 2), (event) => this.#handle(event, out));
        return out;
      }
      if (!isUtf8(input.subarray(jsonStart, end))) throw new SseError('the stream is not valid UTF-8');
      const data = input.toString('utf8', jsonStart, end);
      const { forward } = this.#meter.read(data, null);
      if (forward === null) return out;
      if (forward !== data) return [framed(forward)];
      if (end - start <= MAX_TEMPLATE_BYTES) {
        this.#learn(text.slice(start, end + 2), { start: jsonStart - start, end: end - start });
      }
      return null;
    } catch (cause) {
      this.#fail(cause);
      return out;
    }
  }

  #learn(event: string, json: { start: number; end: number }): void {
    if (this.#uselessTemplates >= MAX_USELESS_TEMPLATES) return;
    const learned = ChunkTemplate.learn(event, json);
    if (learned === null) return;
    this.#uselessTemplates += 1;
    this.#template = learned;
  }

  #decode(decoder: SseDecoder, bytes: Buffer): Buffer | null {
    const out: Buffer[] = [];
    try {
      decoder.read(bytes, (event) => this.#handle(event, out));
    } catch (cause) {
      this.#fail(cause);
    }
    return joined(out);
  }

  #handle({ event, data }: SseEvent, out: Buffer[]): void {
    if (this.#isOver) return;
    const trimmed = data.trim();
    if (trimmed === '') return;
    if (trimmed === DONE) {
      this.#isDone = true;
      return;
    }
    const { forward } = this.#meter.read(data, event);
    if (forward !== null) out.push(framed(forward));
  }

  #fail(cause: unknown): void {
    this.#failure =
      cause instanceof AppError
        ? cause
        : new AppError(
            'upstream_bad_response',
            cause instanceof SseError
              ? `The upstream sent an invalid stream: ${cause.message}.`
              : 'The upstream sent a stream that could not be read.',
            { cause },
          );
  }
}

function tooLarge(): SseError {
  return new SseError(`an event of the stream is larger than ${MAX_EVENT_BYTES} bytes`);
}

/**
 * Where the JSON of an event of one `data: ` line begins; -1: the event is more than that. The space is optional
 * in the standard, but not to every client: an event without it is written anew.
 */
function jsonOfPlainEvent(text: string, start: number, end: number): number {
  return text.startsWith('data: {', start) && text.indexOf('\n', start) === end ? start + 6 : -1;
}

function framed(data: string): Buffer {
  const lines = data.includes('\n') ? data.replaceAll('\n', '\ndata: ') : data;
  return Buffer.from(`data: ${lines}\n\n`);
}

function joined(parts: Buffer[]): Buffer | null {
  if (parts.length <= 1) return parts[0] ?? null;
  return Buffer.concat(parts);
}
