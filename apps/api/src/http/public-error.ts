import { z } from 'zod';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import {
  AppError,
  ERROR_CATALOGUE,
  type EditConflict,
  type ErrorCode,
  type ErrorReason,
} from '@aigc/shared/errors';
import type { Reason } from '@aigc/shared/reasons';
import { reasonOfIssue } from '@aigc/shared/zod-reasons';

/** What a caller may read about a failure. */
export interface PublicError {
  code: ErrorCode;
  status: number;
  type: string;
  /** English, without secrets or detail of the inside. */
  message: string;
  param?: string;
  /** Field, as its caller spells it, to what is wrong with it. */
  fieldErrors?: Record<string, string>;
  /** Why, as data, for whoever writes it in another language. */
  reason?: ErrorReason;
  /** The same of each of `fieldErrors`. */
  fieldReasons?: Record<string, ErrorReason>;
  conflict?: EditConflict;
  retryAfterSeconds?: number;
}

const SERVER_ERROR_MESSAGE = 'Something went wrong here. Try again; if it stays, report the request id.';
const UNAVAILABLE_MESSAGE = 'The database cannot be reached right now. Try again in a moment.';
const UNAVAILABLE_RETRY_SECONDS = 2;

/** The public side of any failure. What is no `AppError` and no bad input says nothing about itself. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof AppError) return fromAppError(error);
  if (error instanceof z.ZodError) return fromInputError(error);
  if (isDatabaseUnavailable(error)) {
    return {
      ...fromCode('service_unavailable', UNAVAILABLE_MESSAGE),
      retryAfterSeconds: UNAVAILABLE_RETRY_SECONDS,
    };
  }
  return fromCode('server_error', SERVER_ERROR_MESSAGE);
}

export function fromCode(code: ErrorCode, message: string): PublicError {
  return { code, message, ...ERROR_CATALOGUE[code] };
}

/** The body of every error outside tRPC: OpenAI's envelope. */
export function errorEnvelope({ message, type, param, code }: PublicError) {
  return { error: { message, type, param: param ?? null, code } };
}

function fromAppError(error: AppError): PublicError {
  const { param, fieldErrors, reason, fieldReasons, conflict, retryAfterSeconds } = error.options;
  return {
    ...fromCode(error.code, error.message),
    status: error.status,
    ...(param === undefined ? {} : { param, fieldErrors: { [param]: error.message } }),
    ...(fieldErrors === undefined ? {} : { fieldErrors }),
    ...(reason === undefined ? {} : { reason }),
    ...(param === undefined || reason === undefined ? {} : { fieldReasons: { [param]: reason } }),
    ...(fieldReasons === undefined ? {} : { fieldReasons }),
    ...(conflict === undefined ? {} : { conflict }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function fromInputError(error: z.ZodError): PublicError {
  const fieldErrors: Record<string, string> = {};
  const fieldReasons: Record<string, Reason> = {};
  for (const issue of error.issues) {
    const field = issue.path.map(String).join('.');
    // Of several complaints about one field the first is the clearest.
    fieldErrors[field] ??= issue.message;
    fieldReasons[field] ??= reasonOfIssue(issue);
  }
  const [first] = Object.entries(fieldErrors);
  const [param, problem] = first ?? ['', 'is invalid'];
  const code = problem === 'is required' ? 'missing_field' : 'invalid_field';
  const message = param === '' ? `The input ${problem}.` : `${param} ${problem}.`;
  return { ...fromCode(code, message), ...(param === '' ? {} : { param }), fieldErrors, fieldReasons };
}
