import { setTimeout as delay } from 'node:timers/promises';
import { billFor } from '@aigc/core/calls/price';
import { NO_USAGE, type BegunCall, type CallOutcome, type MeteredUsage } from '@aigc/core/calls/call';
import { settleCall } from '@aigc/core/calls/settle-call';
import { AppError } from '@aigc/shared/errors';
import type { GatewayDeps } from '../gateway-deps.ts';
import { toAppError } from '../errors.ts';

/** How a call ended, as the relay sees it. */
export interface CallEnd {
  /** Null: a complete answer. */
  error: AppError | null;
  usage: MeteredUsage;
  /** The client has a part of the answer already, so that it is billed even if the call fails at its end. */
  isDelivered: boolean;
  httpStatus: number;
  ttftMs: number | null;
}

/** While a client waits for its answer, settling is tried for this long … */
const FOREGROUND_PATIENCE_MS = 5000;
/** … and afterwards with this pause, until the database is back. */
const BACKGROUND_PAUSE_MS = 1000;

/** Settlements that are being written, so that a stopping process can wait for them. */
export class PendingSettlements {
  readonly #running = new Set<Promise<unknown>>();

  get size(): number {
    return this.#running.size;
  }

  track(work: Promise<unknown>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work)).catch(() => undefined);
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}

export interface Settlement {
  /**
   * Settles the call; only the first time counts. Resolves when it is in the database.
   * @throws AppError `service_unavailable` when the database stays away: the client must not be given the end of
   * a successful answer. The call is then written as failed, as the client saw it, once the database is back.
   */
  settle(end: CallEnd): Promise<void>;
  readonly isSettled: boolean;
}

function outcomeOf(call: BegunCall, end: CallEnd, startedAtMs: number): CallOutcome {
  return {
    status: end.error === null ? 'success' : 'failed',
    httpStatus: end.httpStatus,
    errorCode: end.error === null ? null : end.error.code,
    errorMessage: end.error === null ? null : end.error.message,
    usage: end.usage,
    bill: billFor(call.price, end.usage),
    latencyMs: Math.round(performance.now() - startedAtMs),
    ttftMs: end.ttftMs === null ? null : Math.round(end.ttftMs),
  };
}

/** How a call has ended for a client that is told of `error` because a success could not be settled in time. */
function endedLate(end: CallEnd, error: AppError): CallEnd {
  if (end.error !== null) return end;
  return end.isDelivered ? { ...end, error } : { ...end, error, usage: NO_USAGE, httpStatus: error.status };
}

interface SettlementOptions {
  deps: GatewayDeps;
  pending: PendingSettlements;
  call: BegunCall;
  startedAtMs: number;
}

async function writeUntil(
  options: SettlementOptions,
  outcome: CallOutcome,
  giveUpAtMs: number,
): Promise<void> {
  const { deps, call } = options;
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, BACKGROUND_PAUSE_MS)) {
    try {
      await settleCall(deps.orm.em.fork(), call, outcome);
      return;
    } catch (error) {
      const isAway = toAppError(error).code === 'service_unavailable';
      deps.log.error({ err: error, request_id: call.requestId }, 'settlement failed');
      if (!isAway || performance.now() + pauseMs > giveUpAtMs) throw error;
      await delay(pauseMs);
    }
  }
}

/** Makes the one settlement of a call that has begun. */
export function createSettlement(options: SettlementOptions): Settlement {
  let settled: Promise<void> | undefined;
  const run = async (end: CallEnd) => {
    const outcome = outcomeOf(options.call, end, options.startedAtMs);
    try {
      await writeUntil(options, outcome, performance.now() + FOREGROUND_PATIENCE_MS);
    } catch (error) {
      const appError = toAppError(error);
      if (appError.code === 'service_unavailable') {
        const late = outcomeOf(options.call, endedLate(end, appError), options.startedAtMs);
        options.pending.track(writeUntil(options, late, Number.POSITIVE_INFINITY));
      }
      throw appError;
    }
  };
  return {
    get isSettled() {
      return settled !== undefined;
    },
    settle(end) {
      if (settled === undefined) {
        settled = run(end);
        options.pending.track(settled);
      }
      return settled;
    },
  };
}

const LOGGED_REFUSALS = new Set([402, 403, 429]);

/**
 * Logs that an authenticated caller was refused. Nobody waits for it, and an unknown key is not logged:
 * it would let anybody fill the table.
 */
export function logRefusal(options: SettlementOptions, error: AppError): void {
  if (!LOGGED_REFUSALS.has(error.status)) return;
  const outcome = outcomeOf(
    options.call,
    { error, usage: NO_USAGE, isDelivered: false, httpStatus: error.status, ttftMs: null },
    options.startedAtMs,
  );
  const written = settleCall(options.deps.orm.em.fork(), options.call, outcome).catch((cause: unknown) => {
    options.deps.log.warn({ err: cause, request_id: options.call.requestId }, 'refusal could not be logged');
  });
  options.pending.track(written);
}
