import { TRPCClientError } from '@trpc/client';
import type { EditConflict, ErrorCode } from '@aigc/shared/errors';
import type { Reason } from '@aigc/shared/reasons';
import type { Dictionary } from '#lib/i18n/dictionary.ts';

/** What a form or page can show of a failed call. */
export interface Failure {
  /** A code of the error catalogue; `offline` when no answer came at all. */
  code: ErrorCode | 'offline';
  /** One sentence in the viewer's language. */
  message: string;
  /** Sentences to stand beside the fields they name. */
  fieldErrors: Record<string, string>;
  requestId: string | undefined;
  /** Of `edit_conflict`: what is there now, and who made it so. */
  conflict?: EditConflict | undefined;
  /** After which the same call may succeed, where the API knows. */
  retryAfterSeconds?: number | undefined;
}

interface ErrorData {
  appCode?: ErrorCode;
  fieldErrors?: Record<string, string>;
  reason?: Reason;
  fieldReasons?: Record<string, Reason>;
  conflict?: EditConflict;
  param?: string;
  requestId?: string;
  retryAfterSeconds?: number;
  httpStatus?: number;
}

/** Turns whatever a call threw into a sentence and field errors, in the language of `t`. */
export function describeError(error: unknown, t: Dictionary): Failure {
  const data = errorData(error);
  if (!data?.appCode) {
    const offline = error instanceof TRPCClientError || error instanceof TypeError;
    const code = offline && !data ? 'offline' : 'server_error';
    return { code, message: t.errors.codes[code], fieldErrors: {}, requestId: data?.requestId };
  }
  const fieldErrors: Record<string, string> = {};
  for (const [field, message] of Object.entries(data.fieldErrors ?? {})) {
    const reason = data.fieldReasons?.[field];
    fieldErrors[field] = reason ? t.reasons.write(reason, message) : t.errors.field(message);
  }
  const general = t.errors.codes[data.appCode];
  return {
    code: data.appCode,
    message: data.reason ? t.reasons.write(data.reason, general) : general,
    fieldErrors,
    conflict: data.conflict,
    requestId: data.requestId,
    retryAfterSeconds: data.retryAfterSeconds,
  };
}

/** True for the failure of a call that nobody answered: the server is away, or something before it. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof TRPCClientError) || isAbort(error)) return false;
  return errorData(error)?.appCode === undefined;
}

/** True for the error that an aborted call ends in, which nobody needs to see. */
export function isAbort(error: unknown): boolean {
  if (error instanceof DOMException) return error.name === 'AbortError';
  return (
    error instanceof TRPCClientError &&
    error.cause instanceof DOMException &&
    error.cause.name === 'AbortError'
  );
}

/** The API's own description of an error, when it is one of the API's. */
export function errorData(error: unknown): ErrorData | undefined {
  if (!(error instanceof TRPCClientError)) return undefined;
  return (error.data ?? undefined) as ErrorData | undefined;
}
