import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { redactSecrets } from '../pipeline/redact.ts';
import { SseDecoder, SseError, type SseEvent } from './sse-decoder.ts';
import type { Tap } from './tap.ts';
import { TokenEstimate } from '../tokens/token-estimate.ts';

/** Longest reason of an upstream that is passed on here. */
const MAX_REASON = 300;

/** What one event of a stream means to the gateway. */
export interface EventMeaning {
  /** What it delivers: text, or `''` for something else than text; null: nothing. */
  content: string | null;
  /** `end`: the last event of a complete answer. `failure`: the upstream says why there is none. */
  kind: 'part' | 'end' | 'failure';
}

/** How the events of one endpoint are read. Each names its type in its data. */
export interface EventReader {
  /** @throws AppError if it cannot be one of this endpoint's */
  read(event: JsonObject): EventMeaning;
  /** What the events so far report; null: nothing yet. */
  readonly usage: MeteredUsage | null;
  /** The bill of an answer whose upstream reports nothing. */
  estimate(tokens: { input: number; output: number }): MeteredUsage;
  /** The events that end a failed stream; null: as the API's style says. */
  failed(error: AppError): Buffer | null;
  /** Why the upstream failed, in its own words. */
  reasonOf(event: JsonObject): string;
}

/**
 * Taps a stream of events that name their types, of which the last one ends the answer: that one is withheld until
 * the call is settled. `id:`, `retry:`, comments and `[DONE]` do not pass.
 */
export class TypedEventTap implements Tap {
  readonly #reader: EventReader;
  readonly #apiKey: string | null;
  readonly #startedAtMs: number;
  readonly #decoder = new SseDecoder({ hasBegun: false });
  readonly #delivered = new TokenEstimate();
  #ending: Buffer | null = null;
  #failure: AppError | null = null;
  /** The upstream's own event that told of the failure. */
  #failedWith: Buffer | null = null;
  #ttftMs: number | null = null;

  constructor(reader: EventReader, { apiKey, startedAtMs }: { apiKey: string | null; startedAtMs: number }) {
    this.#reader = reader;
    this.#apiKey = apiKey;
    this.#startedAtMs = startedAtMs;
  }

  push(bytes: Buffer): Buffer | null {
    return this.#decode((out) => this.#decoder.read(bytes, (event) => this.#handle(event, out)));
  }

  end(): Buffer | null {
    return this.#decode((out) => {
      for (const event of this.#decoder.end()) this.#handle(event, out);
    });
  }

  get isDone(): boolean {
    return this.#ending !== null;
  }

  get failure(): AppError | null {
    return this.#failure;
  }

  get isFinished(): boolean {
    return this.#ending !== null;
  }

  get hasUsage(): boolean {
    return this.#reader.usage !== null;
  }

  get hasDelivered(): boolean {
    return this.#ttftMs !== null;
  }

  get ttftMs(): number | null {
    return this.#ttftMs;
  }

  usage(estimatedPromptTokens: number): MeteredUsage {
    return (
      this.#reader.usage ??
      this.#reader.estimate({ input: estimatedPromptTokens, output: this.#delivered.tokens })
    );
  }

  ending(): Buffer {
    return this.#ending ?? Buffer.alloc(0);
  }

  failed(error: AppError): Buffer | null {
    return this.#failedWith ?? this.#reader.failed(error);
  }

  #decode(read: (out: Buffer[]) => void): Buffer | null {
    const out: Buffer[] = [];
    try {
      read(out);
    } catch (cause) {
      this.#failure ??=
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
    return out.length <= 1 ? (out[0] ?? null) : Buffer.concat(out);
  }

  #handle({ event, data }: SseEvent, out: Buffer[]): void {
    if (this.#failure !== null || this.#ending !== null) return;
    if (data.trim() === '' || data.trim() === '[DONE]') return;
    const parsed = parse(data);
    const frame = Buffer.from(
      `${event === null ? '' : `event: ${event}\n`}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`,
    );
    if (event === 'error' || parsed.type === 'error' || isJsonObject(parsed.error)) this.#fail(parsed, null);
    else {
      const { content, kind } = this.#reader.read(parsed);
      if (kind === 'failure') return this.#fail(parsed, frame);
      if (content !== null) {
        this.#ttftMs ??= performance.now() - this.#startedAtMs;
        this.#delivered.add(content);
      }
      if (kind === 'end') this.#ending = frame;
      else out.push(frame);
    }
  }

  #fail(event: JsonObject, frame: Buffer | null): void {
    const reason = redactSecrets(this.#reader.reasonOf(event), this.#apiKey).slice(0, MAX_REASON);
    // Passed on as it is only if nothing in it had to be hidden.
    const isClean =
      frame !== null && redactSecrets(frame.toString('utf8'), this.#apiKey) === frame.toString('utf8');
    this.#failedWith = isClean ? frame : null;
    this.#failure = new AppError('upstream_bad_response', `The upstream reported an error: ${reason}`);
  }
}

function parse(data: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    throw new AppError('upstream_bad_response', 'The upstream sent an event that is not JSON.');
  }
  if (!isJsonObject(value)) {
    throw new AppError('upstream_bad_response', 'The upstream sent an event that is no object.');
  }
  return value;
}
