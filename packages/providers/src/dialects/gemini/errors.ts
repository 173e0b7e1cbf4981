import type { ErrorAnswer, FailureKind, JsonObject, UpstreamErrorBody } from '../../definition.ts';
import { isObject, objectOf, objectsOf, stringOf } from '../../json-values.ts';

/** The error of an answer; streams without `alt=sse` and some proxies wrap it in a list. */
export function errorOf(answer: unknown): JsonObject | null {
  const body: unknown = Array.isArray(answer) ? answer[0] : answer;
  const { error } = objectOf(body);
  return isObject(error) ? error : null;
}

/** What an answer that came with a good status says of its own failure; null: it has not failed. */
export function messageOfError(answer: unknown): string | null {
  const error = errorOf(answer);
  if (error === null) return null;
  return stringOf(error.message) ?? stringOf(error.status) ?? 'The upstream answered with an error.';
}

/** The reason that `google.rpc.ErrorInfo` names, e.g. `API_KEY_INVALID`. */
function reasonOf(error: JsonObject): string | null {
  const info = objectsOf(error.details).find((detail) => stringOf(detail['@type'])?.endsWith('ErrorInfo'));
  return stringOf(info?.reason);
}

/** Seconds of `google.rpc.RetryInfo`, e.g. `34.07s`; null: there is none. */
function retryDelayOf(error: JsonObject): number | null {
  const info = objectsOf(error.details).find((detail) => stringOf(detail['@type'])?.endsWith('RetryInfo'));
  const seconds = Number.parseFloat(stringOf(info?.retryDelay) ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds : null;
}

/** Reads Google's errors, `{error: {code, message, status, details}}`: https://google.aip.dev/193 */
export function readGoogleError(answer: unknown): UpstreamErrorBody | undefined {
  const error = errorOf(answer);
  const message = stringOf(error?.message);
  if (error === null || message === null) return undefined;
  const status = stringOf(error.status);
  // Fields that it names are those of its own requests, which the caller never wrote.
  const retryAfterSeconds = retryDelayOf(error);
  return {
    message,
    type: null,
    code: reasonOf(error) ?? status,
    param: null,
    ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
  };
}

/** What a Google error means where its status alone would mislead; undefined: what its status says. */
export function classifyGoogleError({ status, error, body }: ErrorAnswer): FailureKind | undefined {
  // A bad key is a 400 here, like a bad request.
  if (/^API_KEY_|^ACCESS_TOKEN_|^CREDENTIALS_MISSING$/.test(error?.code ?? '')) return 'authentication';
  const google = errorOf(body);
  // A country that is not served, or an account without billing: nothing that the caller wrote.
  if (status === 400 && google?.status === 'FAILED_PRECONDITION') return 'broken';
  if (status === 429) return isUsedUpForToday(google) ? 'quota' : 'rate_limit';
  return undefined;
}

/** Whether waiting a minute is of no use: the quota that is used up is one of days. */
function isUsedUpForToday(error: JsonObject | null): boolean {
  const violations = objectsOf(error?.details).flatMap((detail) => objectsOf(detail.violations));
  return violations.some((violation) => /PerDay/i.test(stringOf(violation.quotaId) ?? ''));
}
