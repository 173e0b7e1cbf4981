import type { TestReason } from '@aigc/shared/schemas/connection-test';

const MESSAGES: Record<TestReason, string> = {
  invalid_url: 'The address is not a valid http or https URL.',
  address_forbidden: 'The address is private or reserved, and calling it is not allowed here.',
  dns: 'The host name could not be resolved.',
  refused: 'The connection was refused, or the host cannot be reached.',
  connect_timeout: 'Connecting took too long.',
  tls: 'The TLS connection failed.',
  headers_timeout: 'Connected, but no answer began in time.',
  idle_timeout: 'The answer stalled before its end.',
  total_timeout: 'The answer did not end in time.',
  reset: 'The connection was closed before the answer was complete.',
  redirect: 'The address redirects elsewhere, which is not followed.',
  too_large: 'The answer is too large for a test.',
  unauthorized: 'The API key was refused.',
  model_not_found: 'The upstream does not know this model.',
  model_required: 'The upstream lists no models; enter a model id.',
  not_found: 'There is nothing at this path; the base address is probably wrong.',
  rate_limited: 'The upstream limits its requests; try again later.',
  html_answer: 'The answer is a web page, not an API.',
  invalid_json: 'The answer is not valid JSON.',
  not_openai: 'The upstream does not speak the OpenAI protocol.',
  upstream_error: 'The upstream answered with an error.',
  aborted: 'The test was cancelled.',
};

export interface TestFailureDetails {
  /** Instead of the reason's own sentence. Public. */
  message?: string | undefined;
  httpStatus?: number | undefined;
  allowEntry?: string | null;
  cause?: unknown;
}

/** A test that failed for a reason of the fixed list. The message is public. */
export class TestFailure extends Error {
  override readonly name = 'TestFailure';
  readonly reason: TestReason;
  readonly httpStatus: number | null;
  readonly allowEntry: string | null;

  constructor(reason: TestReason, details: TestFailureDetails = {}) {
    super(details.message ?? MESSAGES[reason], { cause: details.cause });
    this.reason = reason;
    this.httpStatus = details.httpStatus ?? null;
    this.allowEntry = details.allowEntry ?? null;
  }
}
