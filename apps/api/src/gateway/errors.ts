import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { AppError, ERROR_CATALOGUE, isRetryable } from '@aigc/shared/errors';
import { OutboundError, type OutboundReason } from '../outbound/outbound-error.ts';

/** OpenAI's error envelope: https://platform.openai.com/docs/guides/error-codes */
export interface ErrorEnvelope {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** The body that tells a caller of the OpenAI-compatible API about a failure. */
export function toEnvelope(error: AppError): ErrorEnvelope {
  const { options } = error;
  return {
    error: {
      message: error.message,
      type: options.upstreamType ?? ERROR_CATALOGUE[error.code].type,
      param: options.param ?? null,
      code: options.upstreamCode === undefined ? error.code : options.upstreamCode,
    },
  };
}

/** Headers that go with a failure: when to try again, or that trying again is of no use. */
export function errorHeaders(error: AppError): Record<string, string> {
  const headers: Record<string, string> = {};
  const { retryAfterSeconds } = error.options;
  if (retryAfterSeconds !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  // SDKs retry 409, 429 and 5xx by themselves unless they are told not to.
  const retriedBySdks = error.status === 409 || error.status === 429 || error.status >= 500;
  if (retriedBySdks && !isRetryable(error)) headers['x-should-retry'] = 'false';
  return headers;
}

const OUTBOUND_CODES: Record<OutboundReason, keyof typeof ERROR_CATALOGUE> = {
  address_forbidden: 'upstream_unreachable',
  invalid_url: 'upstream_unreachable',
  invalid_request: 'upstream_unreachable',
  dns: 'upstream_unreachable',
  refused: 'upstream_unreachable',
  tls: 'upstream_unreachable',
  connect_timeout: 'upstream_timeout',
  headers_timeout: 'upstream_timeout',
  idle_timeout: 'upstream_timeout',
  total_timeout: 'upstream_timeout',
  reset: 'upstream_unreachable',
  redirect: 'upstream_bad_response',
  too_large: 'upstream_bad_response',
  bad_response: 'upstream_bad_response',
  credential: 'upstream_auth_failed',
  aborted: 'client_closed',
};

/** Somebody has to change an address or a setting first. */
const FINAL_REASONS: ReadonlySet<OutboundReason> = new Set([
  'address_forbidden',
  'invalid_url',
  'invalid_request',
  'credential',
]);

/** Any failure as one of the catalogue. What is not expected becomes `server_error`, without its text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof OutboundError) {
    const isFinal = FINAL_REASONS.has(error.reason);
    return new AppError(OUTBOUND_CODES[error.reason], error.message, { cause: error, isFinal });
  }
  if (isDatabaseUnavailable(error)) {
    return new AppError(
      'service_unavailable',
      'The service is starting or its database is away. Try again shortly.',
      {
        retryAfterSeconds: 2,
        cause: error,
      },
    );
  }
  return new AppError('server_error', 'The server failed to process the request.', { cause: error });
}
