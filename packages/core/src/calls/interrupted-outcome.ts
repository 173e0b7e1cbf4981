import { fromUnits } from '@aigc/shared/money-units';
import { NO_USAGE, type CallOutcome } from './call.ts';

/** How a call ended whose process died: failed, and free. */
export function interruptedOutcome(): CallOutcome {
  return {
    status: 'failed',
    httpStatus: 500,
    errorCode: 'interrupted',
    errorMessage: 'The server stopped while this call was running.',
    usage: NO_USAGE,
    bill: fromUnits(0n),
    latencyMs: null,
    ttftMs: null,
  };
}
