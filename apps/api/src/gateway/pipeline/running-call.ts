import type { MeteredUsage } from '@aigc/core/calls/call';
import type { KeptAnswer } from '@aigc/core/calls/call-books';
import { endedLate } from '@aigc/core/calls/ended-late';
import { AppError } from '@aigc/shared/errors';
import type { ActiveExchange, ExchangeHandler } from '../../outbound/exchange-handler.ts';
import type { OutboundError } from '../../outbound/outbound-error.ts';
import type { BodyCapture } from '../bodies/body-capture.ts';
import type { Carriage } from '../carriage/carriage.ts';
import { carry } from '../carriage/carry.ts';
import { toAppError } from '../errors.ts';
import { kindOfError } from '../routing/failure-kind.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { HeldKey, RepeatableAnswer } from '../idempotency/held-key.ts';
import type { Reply } from '../reply.ts';
import type { TokenEstimator } from '../tokens/token-estimator.ts';
import { endOf, outcomeOf, type EndCause } from './call-end.ts';
import { Attempts, type AttemptFailure } from './attempts.ts';
import type { Reserved, ResolvedModel } from './contexts.ts';
import type { RunningCalls, Runs } from './running-calls.ts';
import { startExchange } from './start-exchange.ts';
import { isRefusalOfOurs, shouldAskForUsage, upstreamRequest } from './upstream-request.ts';
import { readRefusal } from './upstream-failure.ts';

/** What of an upstream's error answer is read. */
const MAX_ERROR_BYTES = 64 * 1024;

export interface RunningCallOptions {
  deps: GatewayDeps;
  running: RunningCalls;
  context: Reserved;
  /** Null: the call has no `Idempotency-Key`. */
  heldKey: HeldKey | null;
}

/** An upstream's error answer while it is read. */
interface Refusal {
  status: number;
  headers: Readonly<Record<string, string | string[]>>;
  parts: Buffer[];
  bytes: number;
}

/**
 * A call from the moment its money is set aside to its one settlement. Callbacks of the upstream and of the
 * client drive it; each phase says which of them still matter:
 *
 * `asking` for headers → `answering`, or `refused` while an error answer is read → `ending` (being settled) → `over`.
 * An attempt that fails before anything of an answer was sent goes back to `asking`, at the next upstream.
 */
export abstract class RunningCall implements ExchangeHandler, Runs {
  place = -1;
  protected readonly context: Reserved;
  protected readonly reply: Reply;
  protected readonly heldKey: HeldKey | null;
  /** Collects what the client is sent; null: it is not kept. */
  protected readonly bodies: BodyCapture | null;
  protected phase: 'asking' | 'refused' | 'answering' | 'ending' | 'over' = 'asking';
  readonly #deps: GatewayDeps;
  readonly #running: RunningCalls;
  #exchange: ActiveExchange | null = null;
  readonly #attempts: Attempts;
  #carriage: Carriage | null = null;
  #asksForUsage = false;
  /** Until the next attempt. */
  #pause: NodeJS.Timeout | undefined;
  /** An attempt that was given up may not have sent all of the request yet. */
  #mayHoldBody = false;
  #refusal: Refusal | null = null;
  /** The upstream of this attempt has done what it was asked for, at least in part. */
  #hasWorked = false;

  constructor({ deps, running, context, heldKey }: RunningCallOptions) {
    this.context = context;
    this.reply = context.reply;
    this.heldKey = heldKey;
    this.bodies = deps.bodies.open();
    this.#deps = deps;
    this.#running = running;
    this.#attempts = new Attempts(deps, context);
  }

  /** Asks the upstream. From here on the call answers, settles and ends by itself. */
  start(): void {
    this.#running.add(this);
    this.reply.res.on('close', () => this.#onClose());
    this.heldKey?.onForsaken(() => {
      if (this.reply.isGone) this.#onClose();
    });
    this.#begin();
    // The client may have left while its call was admitted.
    if (this.reply.isGone && !this.isEnding) this.#onClose();
  }

  /** Ends the call although it could go on: the process cannot wait for it. */
  cutOff(): void {
    this.end({ kind: 'shutdown' });
  }

  onHeaders(status: number, headers: Readonly<Record<string, string | string[]>>): void {
    if (this.phase !== 'asking') return;
    this.#attempts.answeredWith(status);
    if (status >= 300) {
      this.phase = 'refused';
      this.#refusal = { status, headers, parts: [], bytes: 0 };
      return;
    }
    this.phase = 'answering';
    // A whole answer begins when it is complete; a stream may begin before there is anything.
    this.#hasWorked = !this.context.request.isStream;
    this.onAnswer(String(headers['content-type'] ?? ''));
  }

  onData(bytes: Buffer): void {
    if (this.phase === 'answering') {
      this.#hasWorked = true;
      this.onAnswerBytes(bytes);
    } else if (this.phase === 'refused' && this.#refusal !== null) this.#readRefusal(this.#refusal, bytes);
  }

  onEnd(): void {
    if (this.phase === 'answering') this.onAnswerEnd();
    else if (this.phase === 'refused' && this.#refusal !== null) this.#onRefused(this.#refusal);
  }

  onError(error: OutboundError): void {
    if (!this.isEnding) this.fail(toAppError(error));
  }

  /** An attempt begins, with a `carriage` of its own: what one before has left is forgotten. */
  protected abstract onAttempt(): void;

  /** The upstream's status says success. */
  protected abstract onAnswer(contentType: string): void;
  protected abstract onAnswerBytes(bytes: Buffer): void;
  protected abstract onAnswerEnd(): void;
  /** The client's connection is closed, or nobody waits any more. */
  protected abstract onClientLeft(): void;
  /** What would be billed if the call ended now; null: nothing. A promise where tokens must be counted here. */
  protected abstract usageSoFar(cause: EndCause): MeteredUsage | null | Promise<MeteredUsage>;
  protected abstract ttftMs(): number | null;
  /** What repeats of the call are given; null: it cannot be repeated. */
  protected abstract keptAnswer(): RepeatableAnswer | null;
  /** Sends the end: of a complete answer, or with what went wrong. The client may have left. */
  protected abstract sendEnd(error: AppError | null): void;

  /** What still comes does not matter any more. */
  protected get isEnding(): boolean {
    return this.phase === 'ending' || this.phase === 'over';
  }

  /** Of the current attempt. */
  protected get carriage(): Carriage {
    if (this.#carriage === null) throw new Error('no attempt has begun');
    return this.#carriage;
  }

  /** Of the current attempt, at its upstream. */
  protected get model(): ResolvedModel {
    return this.#attempts.asked;
  }

  /** Something of an answer was sent to the client: what it has seen cannot be taken back. */
  protected get hasRelayed(): boolean {
    return this.reply.hasBegun;
  }

  /** The current attempt has failed. The call goes on at another upstream while it can. */
  protected fail(error: AppError): void {
    const kind = kindOfError(error);
    // What was cut off while it answered has done its work: it may have to be paid, and is not asked for it again.
    const isCut = kind === 'unreachable' && this.#hasWorked;
    this.#fail({ error, kind: isCut ? 'broken' : kind, retryAfterMs: null });
  }

  /** Ends the call, whatever happened: gives the upstream up, settles, and then tells the client. Once. */
  protected end(cause: EndCause): void {
    if (this.isEnding) return;
    this.phase = 'ending';
    clearTimeout(this.#pause);
    if (cause.kind !== 'answered') this.#exchange?.abort();
    void this.#settle(cause).then((error) => {
      this.phase = 'over';
      try {
        this.sendEnd(error);
      } catch (failure) {
        this.#deps.log.error(
          { err: failure, request_id: this.context.requestId },
          'an answer could not be sent',
        );
        this.reply.res.destroy();
      }
      this.#running.delete(this);
      if (this.bodies !== null) this.#keepBodies(this.bodies, error);
      if (this.#exchange?.hasReleasedBody === true && !this.#mayHoldBody) {
        this.context.request.body.release();
      }
    });
  }

  /** Nothing of it may touch the call, which is over. */
  #keepBodies(bodies: BodyCapture, error: AppError | null): void {
    try {
      if (error !== null && error.code !== 'client_closed' && !bodies.hasAnswer) {
        const { style, requestId } = this.reply;
        bodies.whole('application/json', Buffer.from(JSON.stringify(style.envelope(error, requestId))));
      }
      bodies.end(this.context, error !== null);
    } catch (failure) {
      this.#deps.log.error(
        { err: failure, request_id: this.context.requestId },
        'the bodies of a call could not be kept',
      );
    }
  }

  protected pauseUpstream(): void {
    this.#exchange?.pause();
  }

  protected resumeUpstream(): void {
    this.#exchange?.resume();
  }

  protected abortUpstream(): void {
    this.#exchange?.abort();
  }

  /** Gives the upstream that is asked now up after a while; one that is asked by then instead is left alone. */
  protected abortUpstreamAfter(afterMs: number): void {
    const exchange = this.#exchange;
    setTimeout(() => exchange?.abort(), afterMs).unref();
  }

  /** Counts tokens where the upstream reported none. */
  protected get tokens(): TokenEstimator {
    return this.#deps.tokens;
  }

  /** Asks the current upstream; what keeps it from being asked is a failed attempt too. */
  #begin(): void {
    const { request, requestId } = this.context;
    const { model } = this.#attempts;
    this.#attempts.began();
    try {
      this.#carriage = carry(request, model, requestId);
      this.#asksForUsage = shouldAskForUsage(request, model);
      this.onAttempt();
      this.#ask();
    } catch (cause) {
      // A form that one upstream cannot be given, another may.
      this.#fail({ error: toAppError(cause), kind: 'unsupported', retryAfterMs: null });
    }
  }

  #ask(): void {
    const { carriage } = this;
    const { model, hasOther } = this.#attempts;
    const options = { carriage, model, asksForUsage: this.#asksForUsage, hasOther };
    const request = upstreamRequest(this.context, options);
    const { endpoint } = carriage;
    this.#exchange = startExchange(this.#deps, model, { request, endpoint, handler: this });
  }

  #fail(failure: AttemptFailure): void {
    if (this.isEnding) return;
    const { error } = failure;
    if (this.hasRelayed) {
      this.#attempts.failedForGood(failure);
      this.end({ kind: 'failed', error });
      return;
    }
    const pauseMs = this.#attempts.failed(failure);
    if (pauseMs === null) this.end({ kind: 'failed', error: this.#attempts.tellingError(error) });
    else this.#tryNext(pauseMs);
  }

  /** Leaves the upstream that failed for the next, after a pause where it is one that was asked before. */
  #tryNext(pauseMs: number): void {
    this.#exchange?.abort();
    if (this.#exchange?.hasReleasedBody === false) this.#mayHoldBody = true;
    this.#exchange = null;
    this.#refusal = null;
    this.reply.parameters = null;
    this.#hasWorked = false;
    this.phase = 'asking';
    if (pauseMs === 0) this.#begin();
    else this.#pause = setTimeout(() => this.#begin(), pauseMs);
  }

  #readRefusal(refusal: Refusal, bytes: Buffer): void {
    refusal.parts.push(bytes);
    refusal.bytes += bytes.length;
    if (refusal.bytes < MAX_ERROR_BYTES) return;
    this.#exchange?.abort();
    this.#onRefused(refusal);
  }

  #onRefused({ status, headers, parts }: Refusal): void {
    const body = Buffer.concat(parts).subarray(0, MAX_ERROR_BYTES).toString('utf8');
    const { model } = this.#attempts;
    if (this.#asksForUsage && isRefusalOfOurs(this.context.request, model, { status, body })) {
      this.#asksForUsage = false;
      if (this.#exchange?.hasReleasedBody === false) this.#mayHoldBody = true;
      this.#refusal = null;
      this.phase = 'asking';
      this.#ask();
      return;
    }
    this.#fail(readRefusal({ status, headers, body }, model));
  }

  #onClose(): void {
    if (this.heldKey !== null) void this.#leaveUnlessAwaited(this.heldKey);
    else if (!this.isEnding) this.onClientLeft();
  }

  /** Repeats of the call wait for its answer, whether its own client does or not. */
  async #leaveUnlessAwaited(heldKey: HeldKey): Promise<void> {
    if (!(await heldKey.isAwaited()) && !this.isEnding) this.onClientLeft();
  }

  /** Makes the end durable. Resolves with the error to tell the client; never rejects. */
  async #settle(cause: EndCause): Promise<AppError | null> {
    const { startedAtMs, permit } = this.context;
    // Awaited only where needed: a call whose upstream reports its usage loses no turn.
    const metered = this.#metered(cause);
    const usage =
      metered instanceof Promise ? await metered.catch((error) => this.#notMetered(error)) : metered;
    const ttftMs = this.ttftMs();
    const end = endOf(cause, { hasBegun: this.reply.hasBegun, usage, ttftMs });
    const { price } = this.#attempts.asked.entry;
    const route = this.#attempts.finish({ error: end.error, ttftMs, hasContent: usage !== null });
    const { call } = route;
    const outcome = outcomeOf(end, { price, startedAtMs, route });
    permit?.end(outcome.usage.inputTokens + outcome.usage.outputTokens);
    const kept = this.heldKey === null ? null : this.#keep(end.error, outcome.bill);
    let entered = outcome;
    try {
      const idempotency = this.heldKey === null ? null : { claimId: call.requestId, answer: kept };
      await this.#deps.books.settle({ call, outcome, idempotency }, this.context.call);
    } catch (failure) {
      const error = toAppError(failure);
      if (error.code === 'server_error') {
        this.#deps.log.error({ err: failure, request_id: call.requestId }, 'a call could not be settled');
      }
      // A client that is told of a failure anyway learns why its call failed, not why that was not entered.
      end.error ??= error;
      entered = endedLate({ call, outcome, idempotency: null }, error).outcome;
    }
    this.#deps.metrics.ended(call, entered);
    this.#tellRepeats(end.error);
    return end.error;
  }

  #metered(cause: EndCause): ReturnType<RunningCall['usageSoFar']> {
    try {
      return this.usageSoFar(cause);
    } catch (error) {
      return this.#notMetered(error);
    }
  }

  /** A call must be settled even if its tokens could not be counted. */
  #notMetered(error: unknown): null {
    this.#deps.log.error({ err: error, request_id: this.context.requestId }, 'tokens could not be counted');
    return null;
  }

  /** What the settlement keeps for repeats of the same `Idempotency-Key`. */
  #keep(error: AppError | null, bill: string): KeptAnswer | null {
    if (error === null) return this.#seal();
    // What was billed may not run again: a repeat is told that there is no answer to give.
    const isFree = /^0(\.0+)?$/.test(bill);
    return isFree ? null : { status: error.status, contentType: '', sealedBody: null };
  }

  /** A call is settled even if its answer cannot be kept: a repeat is then told so, and charged for nothing. */
  #seal(): KeptAnswer | null {
    try {
      return this.heldKey?.seal(this.keptAnswer()) ?? null;
    } catch (error) {
      this.#deps.log.error(
        { err: error, request_id: this.context.requestId },
        'an answer could not be kept for repeats',
      );
      return { status: 200, contentType: '', sealedBody: null };
    }
  }

  #tellRepeats(error: AppError | null): void {
    if (this.heldKey === null) return;
    if (error === null) this.heldKey.answered(this.keptAnswer());
    else this.heldKey.failed(error);
  }
}
