import type { MeteredUsage } from '@aigc/core/calls/call';
import type { AppError } from '@aigc/shared/errors';
import type { WholeAnswer } from '../carriage/carriage.ts';
import type { EndCause } from './call-end.ts';
import { estimateUsage } from './estimate-usage.ts';
import type { ScannedBody } from '../body/scan-body.ts';
import { RunningCall, type RunningCallOptions } from './running-call.ts';
import { upstreamJsonFault } from './upstream-json-fault.ts';

/** Changes an answer's form for the client; returns the bytes to send. */
export type ShapeAnswer = (answer: ScannedBody) => Buffer;

/** A call whose answer comes whole: read, checked, metered, settled, and only then sent. */
export class UnaryCall extends RunningCall {
  readonly #shape: ShapeAnswer | null;
  #contentType = '';
  #parts: Buffer[] = [];
  #answer: WholeAnswer | null = null;
  #body: Buffer | null = null;
  /** As its upstream reported it; null: it did not. */
  #reported: MeteredUsage | null = null;

  constructor(options: RunningCallOptions, shape: ShapeAnswer | null) {
    super(options);
    this.#shape = shape;
  }

  protected override onAttempt(): void {
    this.#parts = [];
  }

  protected override onAnswer(contentType: string): void {
    this.#contentType = contentType;
  }

  protected override onAnswerBytes(bytes: Buffer): void {
    this.#parts.push(bytes);
  }

  protected override onAnswerEnd(): void {
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts);
    try {
      const answer = this.carriage.readAnswer(bytes, this.#contentType);
      this.#answer = answer;
      this.#body = this.#shape === null || answer.json === null ? answer.body : this.#shape(answer.json);
      // Read here, where a fault of it still makes the answer none.
      this.#reported = answer.usage();
    } catch (cause) {
      this.fail(upstreamJsonFault(cause));
      return;
    }
    this.end({ kind: 'answered' });
  }

  protected override onClientLeft(): void {
    this.end({ kind: 'client_left' });
  }

  /** A whole answer is delivered at once or not at all. */
  protected override usageSoFar(cause: EndCause): MeteredUsage | null | Promise<MeteredUsage> {
    if (cause.kind !== 'answered' || this.#answer === null) return null;
    const { json } = this.#answer;
    return this.#reported ?? estimateUsage(this.tokens, { request: this.context.request.body, answer: json });
  }

  protected override ttftMs(): null {
    return null;
  }

  protected override keptAnswer() {
    if (this.#answer === null || this.#body === null) return null;
    return { contentType: this.#answer.contentType, body: this.#body };
  }

  protected override sendEnd(error: AppError | null): void {
    if (error !== null) this.reply.fail(error);
    else if (this.#answer !== null && this.#body !== null) {
      this.reply.send(200, this.#answer.contentType, this.#body);
      this.bodies?.whole(this.#answer.contentType, this.#body);
    }
  }
}
