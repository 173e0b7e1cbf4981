import type { BegunCall } from '@aigc/core/calls/call';
import type { AppError } from '@aigc/shared/errors';
import type { CallAttempt } from '@aigc/shared/schemas/routing';
import type { GatewayDeps } from '../gateway-deps.ts';
import { meaningOf, type FailureKind } from '../routing/failure-kind.ts';
import { Route } from '../routing/route.ts';
import type { AttemptVerdict, UpstreamHealth } from '../routing/upstream-health.ts';
import type { Reserved, ResolvedModel } from './contexts.ts';
import { findCandidates } from './find-candidates.ts';

/** Why an attempt failed, and what its upstream said of it. */
export interface AttemptFailure {
  error: AppError;
  kind: FailureKind;
  /** What the upstream asked for; null: nothing. */
  retryAfterMs: number | null;
}

/** How the last attempt of a call ended. */
export interface LastAttempt {
  /** Null: it answered. */
  error: AppError | null;
  /** From the call's start; null: no content came. */
  ttftMs: number | null;
  /** What of an answer came shows that the upstream lives, though its client has left. */
  hasContent: boolean;
}

/** What the books are told of a call's way. */
export interface CallRoute {
  call: BegunCall;
  /** Null: the model asked for, or none, has answered. */
  answeredBy: string | null;
  /** Null: one attempt, which answered: the call says all about it. */
  attempts: CallAttempt[] | null;
}

/**
 * The attempts of one call, one after the other: where each goes, what it tells of its upstream, and what the log
 * keeps of it.
 */
export class Attempts {
  readonly #deps: Pick<GatewayDeps, 'health'>;
  readonly #context: Reserved;
  readonly #route: Route;
  #asked: ResolvedModel;
  #health: UpstreamHealth;
  #startedAtMs: number;
  #httpStatus: number | null = null;
  /** Null: none has failed. */
  #failed: CallAttempt[] | null = null;
  /** The failure that says most to the client. */
  #worst: AttemptFailure | null = null;
  #isOver = false;

  constructor(deps: GatewayDeps, context: Reserved) {
    this.#deps = deps;
    this.#context = context;
    this.#route = new Route(findCandidates(deps, context));
    this.#asked = this.#route.model;
    this.#health = this.#healthOf(this.#asked);
    this.#startedAtMs = performance.now();
  }

  /** The model of the current attempt, at its upstream; of the next one once the current has failed. */
  get model(): ResolvedModel {
    return this.#route.model;
  }

  /** Where the last attempt was made: whose price counts. */
  get asked(): ResolvedModel {
    return this.#asked;
  }

  /** Another upstream waits for its turn. */
  get hasOther(): boolean {
    return this.#route.hasUntried;
  }

  /** The current attempt begins. */
  began(): void {
    this.#startedAtMs = performance.now();
    this.#httpStatus = null;
    this.#isOver = false;
    this.#asked = this.model;
    this.#health = this.#healthOf(this.#asked);
    this.#health.asked(this.#startedAtMs);
  }

  answeredWith(httpStatus: number): void {
    this.#httpStatus = httpStatus;
  }

  /** The current attempt has failed. Returns the milliseconds until the next one; null: there is none. */
  failed(failure: AttemptFailure): number | null {
    const kind = this.failedForGood(failure);
    const elapsedMs = performance.now() - this.#context.startedAtMs;
    const { retryAfterMs } = failure;
    return this.#route.next({ failure: kind, retryAfterMs, elapsedMs, random: Math.random() });
  }

  /** The current attempt has failed, and is the last. Returns what the failure means for this caller. */
  failedForGood(failure: AttemptFailure): FailureKind {
    const kind = this.#kindForCaller(failure.kind);
    const { error, retryAfterMs } = failure;
    const nowMs = performance.now();
    this.#end({ kind: 'failed', failure: kind, code: error.code, retryAfterMs }, nowMs);
    (this.#failed ??= []).push(this.#record(error.code, nowMs));
    if (this.#worst === null || meaningOf(kind).rank > meaningOf(this.#worst.kind).rank) {
      this.#worst = { ...failure, kind };
    }
    return kind;
  }

  /** What the client is told when nothing is left to try. */
  tellingError(last: AppError): AppError {
    return this.#worst === null ? last : this.#worst.error;
  }

  /** The call is over: ends what still ran, and returns what the books are told. */
  finish({ error, ttftMs, hasContent }: LastAttempt): CallRoute {
    const { call, model: first } = this.#context;
    const nowMs = performance.now();
    const { entry, upstream, ownKey } = this.#asked;
    if (!this.#isOver) {
      const isKnown = error === null || hasContent;
      this.#end(isKnown ? this.#answered(ttftMs, nowMs) : { kind: 'given_up' }, nowMs);
      if (error !== null || this.#route.isChoice || this.#failed !== null) {
        (this.#failed ??= []).push(this.#record(error?.code ?? null, nowMs));
      }
    }
    const attempts = this.#failed;
    if (upstream === first.upstream) return { call, answeredBy: null, attempts };
    const { stored: price = null } = entry.price ?? {};
    return {
      call: { ...call, provider: upstream.provider, price, isOwnKey: ownKey === null ? undefined : true },
      answeredBy: entry.id === first.entry.id || (error !== null && !hasContent) ? null : entry.title,
      attempts,
    };
  }

  /** Of a whole answer the time to its end counts. */
  #answered(ttftMs: number | null, nowMs: number): AttemptVerdict {
    const { request, startedAtMs } = this.#context;
    const sinceStartMs = ttftMs === null ? nowMs - startedAtMs : ttftMs;
    const isStream = request.isStream;
    return { kind: 'answered', ttftMs: sinceStartMs - (this.#startedAtMs - startedAtMs), isStream };
  }

  #end(verdict: AttemptVerdict, nowMs: number): void {
    this.#isOver = true;
    this.#health.ended(verdict, nowMs);
  }

  /** As the log keeps it: names, no addresses. */
  #record(errorCode: string | null, nowMs: number): CallAttempt {
    const { entry, upstream } = this.#asked;
    return {
      model: entry.title,
      provider: upstream.provider,
      upstream_model: upstream.upstreamModel,
      started_ms: Math.round(this.#startedAtMs - this.#context.startedAtMs),
      latency_ms: Math.round(nowMs - this.#startedAtMs),
      http_status: this.#httpStatus,
      error_code: errorCode,
    };
  }

  /** A credential or an account of the caller's own is theirs to mend: no other upstream is asked instead. */
  #kindForCaller(kind: FailureKind): FailureKind {
    const isTheirs = this.#asked.ownKey !== null && (kind === 'authentication' || kind === 'quota');
    return isTheirs ? 'request' : kind;
  }

  /** What calls with a user's own key meet says nothing to others. */
  #healthOf({ upstream, ownKey }: ResolvedModel): UpstreamHealth {
    const key = ownKey === null ? upstream.key : `${upstream.key} own ${ownKey.id}`;
    return this.#deps.health.of(key, upstream);
  }
}
