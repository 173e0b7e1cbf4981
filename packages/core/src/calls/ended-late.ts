import type { AppError } from '@aigc/shared/errors';
import { fromUnits } from '@aigc/shared/money-units';
import { NO_USAGE } from './call.ts';
import type { Settlement } from './call-books.ts';

/**
 * How a call has ended for a client that is told of `error`, because its success could not be made durable in time:
 * failed, and free unless a stream had delivered something.
 */
export function endedLate(settlement: Settlement, error: AppError): Settlement {
  const { call, outcome, idempotency } = settlement;
  if (outcome.status === 'failed') return settlement;
  const failed = {
    ...outcome,
    status: 'failed',
    errorCode: error.code,
    errorMessage: error.message,
  } as const;
  if (call.isStream && outcome.ttftMs !== null) return { ...settlement, outcome: failed };
  return {
    ...settlement,
    idempotency: idempotency === null ? null : { ...idempotency, answer: null },
    outcome: { ...failed, usage: NO_USAGE, bill: fromUnits(0n), httpStatus: error.status },
  };
}
