import { addAnthropicRateHeaders } from '../../limits/rate-headers.ts';
import type { AppError } from '@aigc/shared/errors';
import type { ApiStyle } from './api-style.ts';

/** https://platform.claude.com/docs/en/api/errors */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function typeOf(status: number): string {
  return TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
}

function envelope(error: AppError, requestId: string) {
  return {
    type: 'error',
    error: { type: typeOf(error.status), message: error.message },
    request_id: requestId,
  };
}

/** Anthropic's API. */
export const anthropicStyle: ApiStyle = {
  envelope,
  streamFailure: (error, requestId) =>
    `event: error\ndata: ${JSON.stringify(envelope(error, requestId))}\n\n`,
  keepAlive: Buffer.from('event: ping\ndata: {"type":"ping"}\n\n'),
  addRateHeaders: addAnthropicRateHeaders,
};
