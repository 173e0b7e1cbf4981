import type { MeteredUsage } from '@aigc/core/calls/call';
import { AppError } from '@aigc/shared/errors';
import { EventStream } from '../stream/event-stream.ts';
import { NO_TAP } from '../stream/no-tap.ts';
import type { Tap } from '../stream/tap.ts';
import type { EndCause } from './call-end.ts';
import { RunningCall, type RunningCallOptions } from './running-call.ts';
import { upstreamJsonFault } from './upstream-json-fault.ts';
import { MAX_WHOLE_ANSWER_BYTES } from './upstream-request.ts';

/** Many clients close after `finish_reason`; usage that follows is waited for this long. */
const USAGE_PATIENCE_MS = 1000;
/** An upstream that does not end after `[DONE]` loses its connection after this long. */
const READ_OUT_MS = 1000;
/** What is kept for repeats of an `Idempotency-Key` at most. */
const MAX_KEPT_BYTES = 1024 * 1024;

const EVENT_STREAM_TYPE = 'text/event-stream; charset=utf-8';

/**
 * A call whose answer is relayed while it comes. Everything that goes wrong after the first byte is told inside
 * the stream; what was delivered by then is billed. The end is sent only once the call is settled.
 */
export class StreamCall extends RunningCall {
  #tap: Tap = NO_TAP;
  readonly #events: EventStream;
  /** A whole answer in JSON, from an upstream that does not stream. */
  #whole: { contentType: string; parts: Buffer[]; bytes: number } | null = null;
  /** Something of the upstream's was sent: keep-alives of ours are not. */
  #hasForwarded = false;
  #patience: NodeJS.Timeout | undefined;
  /** What was sent, for repeats; null: there is nobody to keep it for, or it is too large. */
  #sent: { parts: Buffer[]; bytes: number } | null;

  constructor(options: RunningCallOptions) {
    super(options);
    this.#events = new EventStream(this.reply, {
      onDrain: () => this.resumeUpstream(),
      onStalled: () => this.#onStalled(),
    });
    this.#sent = options.heldKey === null ? null : { parts: [], bytes: 0 };
  }

  protected override get hasRelayed(): boolean {
    return this.#hasForwarded;
  }

  protected override onAttempt(): void {
    this.#tap = this.carriage.openTap(this.context.startedAtMs);
    this.#whole = null;
  }

  protected override onAnswer(contentType: string): void {
    if (/^text\/event-stream\b/i.test(contentType)) return;
    if (/^application\/json\b/i.test(contentType)) {
      this.#whole = { contentType, parts: [], bytes: 0 };
      return;
    }
    const what = /html/i.test(contentType) ? 'an HTML page' : 'no event stream';
    this.fail(
      new AppError('upstream_bad_response', `The upstream answered a streaming request with ${what}.`),
    );
  }

  protected override onAnswerBytes(bytes: Buffer): void {
    if (this.#whole === null) {
      this.#relay(bytes);
      return;
    }
    this.#whole.parts.push(bytes);
    this.#whole.bytes += bytes.length;
    if (this.#whole.bytes <= MAX_WHOLE_ANSWER_BYTES) return;
    this.fail(new AppError('upstream_bad_response', 'The upstream answered with more than is accepted.'));
  }

  protected override onAnswerEnd(): void {
    if (this.#whole !== null && !this.#relayWhole(this.#whole)) return;
    this.#forward(this.#tap.end());
    this.#complete();
  }

  protected override onClientLeft(): void {
    if (!this.#tap.isFinished) this.end({ kind: 'client_left' });
    else if (this.#tap.hasUsage) {
      this.#readOut();
      this.end({ kind: 'answered' });
    } else this.#patience ??= setTimeout(() => this.#endWithoutUsage(), USAGE_PATIENCE_MS);
  }

  protected override usageSoFar(cause: EndCause): MeteredUsage | null | Promise<MeteredUsage> {
    if (cause.kind !== 'answered' && !this.#tap.hasDelivered) return null;
    if (this.#tap.hasUsage) return this.#tap.usage(0);
    return this.tokens.prompt(this.context.request.body).then((prompt) => this.#tap.usage(prompt));
  }

  protected override ttftMs(): number | null {
    return this.#tap.ttftMs;
  }

  protected override keptAnswer() {
    if (this.#sent === null) return null;
    return { contentType: EVENT_STREAM_TYPE, body: Buffer.concat([...this.#sent.parts, this.#tap.ending()]) };
  }

  protected override sendEnd(error: AppError | null): void {
    clearTimeout(this.#patience);
    if (error === null) {
      const ending = this.#tap.ending();
      this.#events.end(ending);
      this.bodies?.events(ending);
    } else if (this.#events.isOpen) {
      const { style, requestId } = this.reply;
      const events = this.#tap.failed(error) ?? Buffer.from(style.streamFailure(error, requestId));
      this.#events.fail(error, events);
      this.bodies?.events(events);
    } else {
      this.#events.abandon();
      this.reply.fail(error);
    }
  }

  #relay(bytes: Buffer): void {
    this.#forward(this.#tap.push(bytes));
    if (this.#tap.failure !== null) this.fail(this.#tap.failure);
    else if (this.#tap.isDone) {
      this.#readOut();
      this.#complete();
    } else if (this.reply.isGone && this.#tap.isFinished && this.#tap.hasUsage) this.onClientLeft();
  }

  /** Makes a stream of a whole answer. False: it was none. */
  #relayWhole({ contentType, parts }: { contentType: string; parts: Buffer[] }): boolean {
    try {
      const { startedAtMs } = this.context;
      const { tap, events } = this.carriage.openTapOfWhole(Buffer.concat(parts), {
        contentType,
        startedAtMs,
      });
      this.#tap = tap;
      for (const event of events) this.#forward(tap.push(event));
      return true;
    } catch (cause) {
      this.fail(upstreamJsonFault(cause));
      return false;
    }
  }

  #forward(bytes: Buffer | null): void {
    if (bytes === null) return;
    this.#hasForwarded = true;
    if (this.#sent !== null) this.#keep(this.#sent, bytes);
    this.bodies?.events(bytes);
    if (!this.#events.write(bytes)) this.pauseUpstream();
  }

  #keep(sent: { parts: Buffer[]; bytes: number }, bytes: Buffer): void {
    sent.bytes += bytes.length;
    if (sent.bytes > MAX_KEPT_BYTES) this.#sent = null;
    else sent.parts.push(bytes);
  }

  /** The upstream has said all it will. */
  #complete(): void {
    const { failure, isFinished, isDone, hasDelivered } = this.#tap;
    if (failure !== null) this.fail(failure);
    // Some upstreams end without [DONE], others give no finish_reason; one that did neither, or said nothing, has died.
    else if (isFinished || (isDone && hasDelivered)) this.end({ kind: 'answered' });
    else {
      const error = 'The upstream ended its stream before the answer was complete.';
      this.fail(new AppError('upstream_bad_response', error));
    }
  }

  /** Lets the upstream end by itself (after `[DONE]` it has nothing more to say), so that its connection can be used again. */
  #readOut(): void {
    this.abortUpstreamAfter(READ_OUT_MS);
  }

  #endWithoutUsage(): void {
    this.abortUpstream();
    this.end({ kind: 'answered' });
  }

  #onStalled(): void {
    if (this.phase === 'over') return;
    this.end({ kind: 'client_stalled' });
    this.reply.res.destroy();
  }
}
