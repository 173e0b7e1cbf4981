import type { ErrorAnswer, FailureKind, UpstreamErrorBody } from '../../definition.ts';
import { isObject, stringOf } from '../../json-values.ts';

/** Reads `{type: "error", error: {type, message}}`: https://platform.claude.com/docs/en/api/errors */
export function readAnthropicError(answer: unknown): UpstreamErrorBody | undefined {
  if (!isObject(answer) || !isObject(answer.error)) return undefined;
  const message = stringOf(answer.error.message);
  if (message === null) return undefined;
  const type = stringOf(answer.error.type);
  return { message, type, code: type, param: null };
}

const KINDS: Readonly<Record<string, FailureKind>> = {
  authentication_error: 'authentication',
  permission_error: 'authentication',
  billing_error: 'quota',
  rate_limit_error: 'rate_limit',
  overloaded_error: 'overloaded',
  request_too_large: 'request',
  api_error: 'broken',
  timeout_error: 'broken',
};

/** How the API refuses an account without money, under a type that it has for wrong requests as well. */
const NO_CREDIT = /^your credit balance is too low to access/i;

/** What an error means by its type, which says more than a status between vendors and proxies. */
export function classifyAnthropicError({ status, error }: ErrorAnswer): FailureKind | undefined {
  if (status === 400 && NO_CREDIT.test(error?.message ?? '')) return 'quota';
  return KINDS[error?.type ?? ''];
}
