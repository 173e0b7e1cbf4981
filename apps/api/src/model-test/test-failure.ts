import OpenAI, { APIConnectionTimeoutError, APIError, APIUserAbortError } from 'openai';
import type { TestReason } from '@aigc/shared/schemas/connection-test';
import { sanitiseMessage } from '../connection-test/sanitise-message.ts';
import { OutboundError, type OutboundReason } from '../outbound/outbound-error.ts';

export interface TestFailure {
  reason: TestReason;
  /** For administrators: what the upstream said, without credentials, or a sentence of ours. */
  message: string;
}

/** Why a call of the openai package failed. */
export function testFailureOf(error: unknown, apiKey: string | null): TestFailure {
  const outbound = outboundErrorIn(error);
  if (outbound !== null) {
    return { reason: reasonOfOutbound(outbound.reason), message: outbound.message };
  }
  if (error instanceof APIConnectionTimeoutError) {
    return { reason: 'total_timeout', message: 'The model took too long to answer.' };
  }
  if (error instanceof APIUserAbortError || isAbort(error)) {
    return { reason: 'aborted', message: 'The test was cancelled.' };
  }
  if (error instanceof APIError && typeof error.status === 'number') {
    return {
      reason: reasonOfStatus(error.status),
      message: sanitiseMessage(error.message, apiKey ?? undefined),
    };
  }
  if (error instanceof SyntaxError || error instanceof OpenAI.OpenAIError) {
    return { reason: 'not_openai', message: 'The answer is not in the form of OpenAI’s API.' };
  }
  throw error;
}

function reasonOfOutbound(reason: OutboundReason): TestReason {
  if (reason === 'invalid_request') return 'invalid_url';
  if (reason === 'credential') return 'unauthorized';
  return reason === 'bad_response' ? 'not_openai' : reason;
}

/** The package wraps what its fetch throws. */
function outboundErrorIn(error: unknown): OutboundError | null {
  if (error instanceof OutboundError) return error;
  return error instanceof Error && error.cause !== undefined ? outboundErrorIn(error.cause) : null;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function reasonOfStatus(status: number): TestReason {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 404) return 'model_not_found';
  return status === 429 ? 'rate_limited' : 'upstream_error';
}
