import type { KeptAnswer } from '@aigc/core/calls/call-books';
import type { ClaimRequest } from '@aigc/core/idempotency/claims';
import type { SecretBinding } from '@aigc/core/secrets/secrets';
import { AppError } from '@aigc/shared/errors';
import type { Reply } from '../reply.ts';
import { toAnswerText } from './answer-text.ts';

/** A larger answer is not kept for repeats. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** What a repeat is told of a call that was billed and has no answer to give. */
export const NOT_KEPT = new AppError(
  'conflict',
  'The call with this Idempotency-Key was carried out and billed, but its answer was not kept: it was cut off or too large.',
  { param: 'idempotency-key' },
);

/** A complete answer, as every call with the same key gets it. */
export interface RepeatableAnswer {
  contentType: string;
  body: Buffer;
}

/** What repeats are told: the answer, or why there is none. */
export type Repeat = { answer: RepeatableAnswer } | { error: AppError };

/** What a stored answer is sealed to. */
export function answerBinding({
  requestId,
  scope,
}: Pick<ClaimRequest, 'requestId' | 'scope'>): SecretBinding {
  return {
    table: 'idempotency_claims',
    rowId: requestId,
    column: 'sealed_answer',
    ownerId: scope,
    origin: '',
  };
}

/** A key whose call this process is about, and the calls of this process that wait for it. */
export class KeyInUse {
  readonly bodyHash: string;
  readonly #result = Promise.withResolvers<Repeat>();
  #waiting = 0;
  #onForsaken: () => void = () => undefined;

  constructor(bodyHash: string) {
    this.bodyHash = bodyHash;
  }

  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /** Waits for the end of the key's call, or with it until the client of `reply` has left. */
  async follow({ res }: Reply): Promise<Repeat> {
    this.#waiting += 1;
    const leave = (): void => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#onForsaken();
    };
    res.once('close', leave);
    const repeat = await this.#result.promise;
    res.off('close', leave);
    return repeat;
  }

  /** Calls back whenever the last that waited has left. */
  onForsaken(callback: () => void): void {
    this.#onForsaken = callback;
  }

  resolve(repeat: Repeat): void {
    this.#result.resolve(repeat);
  }
}

export interface HeldKeyParts {
  inUse: KeyInUse;
  seal(text: string): string;
  /** Whether a call of another process waits for the answer. */
  isAwaitedElsewhere(): Promise<boolean>;
  /** Frees the key for the next call. */
  release(): void;
  /** This process is about the key no longer. */
  forget(): void;
}

/** The right to be the one call of an `Idempotency-Key`. */
export class HeldKey {
  readonly #parts: HeldKeyParts;

  constructor(parts: HeldKeyParts) {
    this.#parts = parts;
  }

  /** Whether anybody but its own client waits for the call. */
  async isAwaited(): Promise<boolean> {
    return this.#parts.inUse.isAwaited || this.#parts.isAwaitedElsewhere();
  }

  onForsaken(callback: () => void): void {
    this.#parts.inUse.onForsaken(callback);
  }

  /** The answer in the form in which its settlement keeps it. */
  seal(answer: RepeatableAnswer | null): KeptAnswer {
    const isKept = answer !== null && answer.body.length <= MAX_KEPT_BYTES;
    return {
      status: 200,
      contentType: answer?.contentType ?? '',
      sealedBody: isKept ? this.#parts.seal(toAnswerText(answer.body)) : null,
    };
  }

  /** The call has succeeded, and is settled. Null: its answer is too large to be repeated. */
  answered(answer: RepeatableAnswer | null): void {
    this.#end(answer === null ? { error: NOT_KEPT } : { answer });
  }

  /** The call has failed, and is settled. */
  failed(error: AppError): void {
    this.#end({ error });
  }

  /** The call has not even begun. */
  release(error: AppError): void {
    this.#parts.release();
    this.#end({ error });
  }

  #end(repeat: Repeat): void {
    this.#parts.forget();
    this.#parts.inUse.resolve(repeat);
  }
}
