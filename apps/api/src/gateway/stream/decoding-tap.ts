import type { ChunkMapper, JsonObject } from '@aigc/providers/definition';
import { AppError } from '@aigc/shared/errors';
import { answerFault } from '../carriage/mapping-faults.ts';
import { SseDecoder, SseError } from './sse-decoder.ts';
import type { Tap } from './tap.ts';

/** Turns the events of another dialect into chunks before they are tapped. */
export class DecodingTap implements Tap {
  readonly #inner: Tap;
  readonly #mapper: ChunkMapper;
  readonly #apiKey: string | null;
  readonly #decoder = new SseDecoder({ hasBegun: false });
  #failure: AppError | null = null;

  constructor(inner: Tap, mapper: ChunkMapper, apiKey: string | null) {
    this.#inner = inner;
    this.#mapper = mapper;
    this.#apiKey = apiKey;
  }

  push(bytes: Buffer): Buffer | null {
    return this.#decode((out) =>
      this.#decoder.read(bytes, (event) => this.#pass(this.#mapper.read(event), out)),
    );
  }

  end(): Buffer | null {
    return this.#decode((out) => {
      for (const event of this.#decoder.end()) this.#pass(this.#mapper.read(event), out);
      this.#pass(this.#mapper.end(), out);
      const rest = this.#inner.end();
      if (rest !== null) out.push(rest);
    });
  }

  get isDone(): boolean {
    return this.#inner.isDone;
  }

  get failure(): AppError | null {
    return this.#failure ?? this.#inner.failure;
  }

  get isFinished(): boolean {
    return this.#inner.isFinished;
  }

  get hasUsage(): boolean {
    return this.#inner.hasUsage;
  }

  get hasDelivered(): boolean {
    return this.#inner.hasDelivered;
  }

  get ttftMs(): number | null {
    return this.#inner.ttftMs;
  }

  usage(estimatedPromptTokens: number) {
    return this.#inner.usage(estimatedPromptTokens);
  }

  ending(): Buffer {
    return this.#inner.ending();
  }

  failed(error: AppError): Buffer | null {
    return this.#inner.failed(error);
  }

  #decode(read: (out: Buffer[]) => void): Buffer | null {
    if (this.failure !== null) return null;
    const out: Buffer[] = [];
    try {
      read(out);
    } catch (cause) {
      this.#failure =
        cause instanceof SseError
          ? new AppError('upstream_bad_response', `The upstream sent an invalid stream: ${cause.message}.`, {
              cause,
            })
          : answerFault(cause, this.#apiKey);
    }
    return out.length <= 1 ? (out[0] ?? null) : Buffer.concat(out);
  }

  #pass(chunks: readonly JsonObject[], out: Buffer[]): void {
    for (const chunk of chunks) {
      const forward = this.#inner.push(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
      if (forward !== null) out.push(forward);
    }
  }
}
