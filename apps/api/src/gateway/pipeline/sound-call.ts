import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { spokenUsage } from '../carriage/formats/speech.ts';
import { ByteStream } from '../stream/byte-stream.ts';
import type { EndCause } from './call-end.ts';
import { RunningCall, type RunningCallOptions } from './running-call.ts';

/** What is kept for repeats of an `Idempotency-Key` at most. */
const MAX_KEPT_BYTES = 1024 * 1024;

/**
 * A call that is answered with sound, relayed as it comes and never whole in memory. Its end is sent only once the call
 * is settled; one that fails after its first byte is cut off, because bytes of sound have no room for an error.
 */
export class SoundCall extends RunningCall {
  readonly #bytes: ByteStream;
  #contentType = 'application/octet-stream';
  #ttftMs: number | null = null;
  /** What was sent, for repeats; null: there is nobody to keep it for, or it is too large. */
  #sent: { parts: Buffer[]; bytes: number } | null;

  constructor(options: RunningCallOptions) {
    super(options);
    this.#bytes = new ByteStream(this.reply, {
      onDrain: () => this.resumeUpstream(),
      onStalled: () => this.#onStalled(),
    });
    this.#sent = options.heldKey === null ? null : { parts: [], bytes: 0 };
  }

  /** Also where nobody is there but repeats: they get the bytes of one attempt, not of two. */
  protected override get hasRelayed(): boolean {
    return this.#ttftMs !== null;
  }

  /** Nothing of an attempt is kept: one that has given bytes is the last. */
  protected override onAttempt(): void {
    this.#contentType = 'application/octet-stream';
  }

  protected override onAnswer(contentType: string): void {
    if (/json|html|^text\//i.test(contentType)) {
      const what = /html/i.test(contentType) ? 'an HTML page' : 'something that is no sound';
      this.fail(new AppError('upstream_bad_response', `The upstream answered with ${what}.`));
    } else if (contentType !== '') this.#contentType = contentType;
  }

  protected override onAnswerBytes(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#ttftMs ??= performance.now() - this.context.startedAtMs;
    if (this.#sent !== null) this.#keep(this.#sent, bytes);
    this.bodies?.sound(this.#contentType, bytes.length);
    if (!this.#bytes.write(bytes, this.#contentType)) this.pauseUpstream();
  }

  protected override onAnswerEnd(): void {
    if (this.#ttftMs !== null) this.end({ kind: 'answered' });
    else this.fail(new AppError('upstream_bad_response', 'The upstream answered with nothing.'));
  }

  protected override onClientLeft(): void {
    this.end({ kind: 'client_left' });
  }

  /** Whoever got a part of it has it made: all the characters are billed. */
  protected override usageSoFar(_cause: EndCause): MeteredUsage | null {
    if (this.#ttftMs === null) return null;
    return spokenUsage(this.context.request, this.model);
  }

  protected override ttftMs(): number | null {
    return this.#ttftMs;
  }

  protected override keptAnswer() {
    return this.#sent === null
      ? null
      : { contentType: this.#contentType, body: Buffer.concat(this.#sent.parts) };
  }

  protected override sendEnd(error: AppError | null): void {
    if (error === null) this.#bytes.end(this.#contentType);
    else if (this.reply.hasBegun) this.#bytes.cut();
    else {
      this.#bytes.abandon();
      this.reply.fail(error);
    }
  }

  #keep(sent: { parts: Buffer[]; bytes: number }, bytes: Buffer): void {
    sent.bytes += bytes.length;
    if (sent.bytes > MAX_KEPT_BYTES) this.#sent = null;
    else sent.parts.push(bytes);
  }

  #onStalled(): void {
    if (this.phase === 'over') return;
    this.end({ kind: 'client_stalled' });
    this.reply.res.destroy();
  }
}
