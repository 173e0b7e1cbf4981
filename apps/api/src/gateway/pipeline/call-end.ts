import { NO_USAGE, type CallOutcome, type MeteredUsage } from '@aigc/core/calls/call';
import { billUnits, type UnitPrices } from '@aigc/core/calls/cost-units';
import { withCallDetails } from '@aigc/core/calls/extra-units';
import { AppError } from '@aigc/shared/errors';
import type { CallRoute } from './attempts.ts';
import { fromUnits } from '@aigc/shared/money-units';

/** Why a call that has begun is over. Every one of them is settled, exactly once. */
export type EndCause =
  | { kind: 'answered' }
  /** The upstream failed, or what it said was no answer. */
  | { kind: 'failed'; error: AppError }
  | { kind: 'client_left' }
  /** The client did not take what was sent. */
  | { kind: 'client_stalled' }
  /** This process ends and could not wait any longer. */
  | { kind: 'shutdown' };

/** What of the answer there was when the call ended. */
export interface Progress {
  /** Status 200 is sent. */
  hasBegun: boolean;
  /** Null: nothing that anybody would be billed for. */
  usage: MeteredUsage | null;
  ttftMs: number | null;
}

/** How a call ended. */
export interface CallEnd {
  /** Null: with a complete answer. */
  error: AppError | null;
  usage: MeteredUsage;
  httpStatus: number;
  ttftMs: number | null;
}

/** The error an ending is logged under, and told to a client that is still there; null: none. */
function errorOf(cause: EndCause): AppError | null {
  switch (cause.kind) {
    case 'answered':
      return null;
    case 'failed':
      return cause.error;
    case 'client_left':
      return new AppError(
        'client_closed',
        'The client closed the connection before the answer was complete.',
      );
    case 'client_stalled':
      return new AppError('client_closed', 'The client did not read its answer in time.');
    case 'shutdown':
      return new AppError('service_unavailable', 'The server is restarting. Try again shortly.', {
        retryAfterSeconds: 2,
      });
  }
}

/** What the books enter: what was delivered is billed, however the call ended, and nothing else. */
export function endOf(cause: EndCause, { hasBegun, usage, ttftMs }: Progress): CallEnd {
  const error = errorOf(cause);
  return {
    error,
    usage: usage ?? NO_USAGE,
    httpStatus: error === null || hasBegun ? 200 : error.status,
    ttftMs,
  };
}

export interface OutcomeOptions {
  /** Of the model that answered. */
  price: UnitPrices | null;
  startedAtMs: number;
  /** Absent: no upstream was asked. */
  route?: Pick<CallRoute, 'answeredBy' | 'attempts'>;
}

/** The end of a call as the books take it. */
export function outcomeOf(end: CallEnd, { price, startedAtMs, route }: OutcomeOptions): CallOutcome {
  const { error } = end;
  const latencyMs = Math.round(performance.now() - startedAtMs);
  const usage =
    price === null || price.extras === null || end.usage === NO_USAGE
      ? end.usage
      : withCallDetails(end.usage, price.extras, latencyMs);
  return {
    status: error === null ? 'success' : 'failed',
    httpStatus: end.httpStatus,
    errorCode: error === null ? null : error.code,
    errorMessage: error === null ? null : error.message,
    usage,
    bill: fromUnits(billUnits(price, usage)),
    latencyMs,
    ttftMs: end.ttftMs === null ? null : Math.round(end.ttftMs),
    // Absent in most calls: their records stay as short as they were.
    answeredBy: route?.answeredBy ?? undefined,
    attempts: route?.attempts ?? undefined,
  };
}
