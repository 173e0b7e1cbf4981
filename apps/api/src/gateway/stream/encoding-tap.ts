import type { FrameWriter, SseFrame } from '@aigc/providers/client-protocol';
import { AppError } from '@aigc/shared/errors';
import { isJsonObject } from '../body/parse-json-object.ts';
import { SseDecoder } from './sse-decoder.ts';
import type { Tap } from './tap.ts';

/** Writes what has been tapped in the form of another API. */
export class EncodingTap implements Tap {
  readonly #inner: Tap;
  readonly #writer: FrameWriter;
  readonly #decoder = new SseDecoder({ hasBegun: true });
  #failure: AppError | null = null;
  #ending: Buffer | null = null;

  constructor(inner: Tap, writer: FrameWriter) {
    this.#inner = inner;
    this.#writer = writer;
  }

  push(bytes: Buffer): Buffer | null {
    return this.#encode(this.#inner.push(bytes));
  }

  end(): Buffer | null {
    return this.#encode(this.#inner.end());
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
    this.#ending ??= framed(this.#writer.end()) ?? Buffer.alloc(0);
    return this.#ending;
  }

  failed(error: AppError): Buffer | null {
    return framed(this.#writer.fail?.({ message: error.message, code: error.code }) ?? []);
  }

  /** What comes from the inner tap are whole events. */
  #encode(bytes: Buffer | null): Buffer | null {
    if (bytes === null || this.#failure !== null) return null;
    const frames: SseFrame[] = [];
    try {
      this.#decoder.read(bytes, ({ data }) => {
        const chunk: unknown = JSON.parse(data);
        if (isJsonObject(chunk)) frames.push(...this.#writer.read(chunk));
      });
    } catch (cause) {
      this.#failure = new AppError('server_error', 'The stream could not be written in the form asked for.', {
        cause,
      });
    }
    return framed(frames);
  }
}

function framed(frames: readonly SseFrame[]): Buffer | null {
  if (frames.length === 0) return null;
  return Buffer.from(frames.map(frameText).join(''));
}

function frameText({ event, data }: SseFrame): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === null ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}
