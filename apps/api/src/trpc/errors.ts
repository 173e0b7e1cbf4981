import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { AppError, type ErrorCode } from '@aigc/shared/errors';
import { z } from 'zod';
import { fromCode, toPublicError, type PublicError } from '../http/public-error.ts';

/** Failures that tRPC finds by itself, before a procedure runs. */
const OWN_CODES: Partial<Record<TRPC_ERROR_CODE_KEY, { code: ErrorCode; message: string }>> = {
  PARSE_ERROR: { code: 'invalid_json', message: 'The body is not valid JSON.' },
  BAD_REQUEST: { code: 'invalid_field', message: 'The request is not a valid procedure call.' },
  NOT_FOUND: { code: 'not_found', message: 'There is no such procedure.' },
  METHOD_NOT_SUPPORTED: {
    code: 'method_not_allowed',
    message: 'This procedure does not accept that HTTP method.',
  },
  PAYLOAD_TOO_LARGE: { code: 'body_too_large', message: 'The body is too large.' },
  UNSUPPORTED_MEDIA_TYPE: {
    code: 'unsupported_media_type',
    message: 'The body must be application/json.',
  },
};

const STEPS_MESSAGE =
  'This procedure answers in steps: use a streaming link (httpBatchStreamLink), or its REST path, which answers the result.';

/** The public side of what a procedure, or tRPC around it, threw. */
export function publicErrorOf(error: TRPCError): PublicError {
  const { cause } = error;
  if (cause instanceof AppError) return toPublicError(cause);
  if (error.code === 'BAD_REQUEST' && cause instanceof z.ZodError) return toPublicError(cause);
  // tRPC refuses to put steps into one JSON answer with the code of a wrong content type.
  if (error.message.includes('httpBatchStreamLink')) return fromCode('unsupported_media_type', STEPS_MESSAGE);
  const isBrokenJson = error.code === 'BAD_REQUEST' && cause instanceof SyntaxError;
  const own = OWN_CODES[isBrokenJson ? 'PARSE_ERROR' : error.code];
  if (own !== undefined) return fromCode(own.code, own.message);
  // Anywhere else a failed check is a fault of ours, and none of the caller's business.
  return toPublicError(cause instanceof z.ZodError ? null : (cause ?? error));
}

/** tRPC's name for a status, for clients that switch on it. */
export function trpcCodeOf({ status }: PublicError): TRPC_ERROR_CODE_KEY {
  return CODES_BY_STATUS[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}

const CODES_BY_STATUS: Record<number, TRPC_ERROR_CODE_KEY> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};
