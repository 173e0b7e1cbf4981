import type { UpstreamErrorBody } from '@aigc/providers/definition';
import { AppError } from '@aigc/shared/errors';
import { kindOfRefusal, type FailureKind } from '../routing/failure-kind.ts';
import type { AttemptFailure } from './attempts.ts';
import type { ResolvedModel } from './contexts.ts';
import { redactSecrets } from './redact.ts';

export interface UpstreamFailure {
  status: number;
  headers: Readonly<Record<string, string | string[]>>;
  /** The answer's body, as text. */
  body: string;
}

/** Longest message of an upstream that is passed on. */
const MAX_MESSAGE = 1000;
/** Longest type, code or parameter of an upstream that is passed on. */
const MAX_NAME = 200;
const USED_UP = "The platform's account with this model's provider is used up; tell an administrator.";
/** openai-node ignores a longer `retry-after` and retries at once. */
const MAX_RETRY_AFTER_SECONDS = 60;

function retryAfter(
  headers: UpstreamFailure['headers'],
  said: UpstreamErrorBody | undefined,
): number | undefined {
  const seconds = secondsAsked(headers, said);
  return seconds === null ? undefined : Math.min(seconds, MAX_RETRY_AFTER_SECONDS);
}

/** What `retry-after` says, be it a number or a date, or else the body; null: nothing that is to come. */
function secondsAsked(
  headers: UpstreamFailure['headers'],
  said: UpstreamErrorBody | undefined,
): number | null {
  const text = String(headers['retry-after'] ?? said?.retryAfterSeconds ?? '');
  const number = Number(text);
  const seconds = Number.isFinite(number) ? number : Math.ceil((Date.parse(text) - Date.now()) / 1000);
  return seconds > 0 ? seconds : null;
}

/** Some vendors tell of a wrong key, or of an account without money, as of a wrong request. */
function concernsCredential(status: number, kind: FailureKind | undefined): boolean {
  if (status === 401 || status === 402 || status === 403) return true;
  return status === 400 && (kind === 'authentication' || kind === 'quota');
}

/** What an upstream's error answer means for the call. */
export function readRefusal(failure: UpstreamFailure, model: ResolvedModel): AttemptFailure {
  const { status, headers } = failure;
  const body = parse(failure.body);
  const said = model.definition.readError(body, model.target);
  const seconds = secondsAsked(headers, said);
  const kind = model.definition.classify?.({ status, error: said, body }) ?? kindOfRefusal(status, said);
  return {
    error: upstreamFailure(failure, model, kind),
    kind,
    retryAfterMs: seconds === null ? null : seconds * 1000,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What a caller is told of an upstream's error answer. Its own 4xx keeps status, type, code and message;
 * 401, 402 and 403 concern the gateway's credential, so for cloud models they become 502, while the owner of a
 * local model, or of a key of their own for the provider, sees them, because the credential is theirs.
 */
export function upstreamFailure(
  failure: UpstreamFailure,
  model: ResolvedModel,
  kind?: FailureKind,
): AppError {
  const { status } = failure;
  const said = model.definition.readError(parse(failure.body), model.target);
  const clean = (text: string | null | undefined, maxLength = MAX_NAME) =>
    text === null || text === undefined ? null : redactSecrets(text, model.target.apiKey).slice(0, maxLength);
  const message = clean(said?.message, MAX_MESSAGE);
  const own = {
    upstreamType: clean(said?.type) ?? undefined,
    upstreamCode: clean(said?.code),
    param: clean(said?.param) ?? undefined,
  };
  if (concernsCredential(status, kind)) {
    if (model.ownKey !== null) {
      const reason = message === null ? '' : `: ${message}`;
      const text = `Your own key for ${model.upstream.provider ?? 'the provider'} was refused (${status})${reason}`;
      return new AppError('upstream_auth_failed', text, { status });
    }
    if (!model.entry.isLocal) {
      return new AppError(
        'upstream_auth_failed',
        'The upstream refused the credential configured for this model.',
      );
    }
    const why = message === null ? '' : `: ${message}`;
    return new AppError('upstream_auth_failed', `Your local model refused its key (${status})${why}`, {
      status,
    });
  }
  if (status === 429) {
    // An account that is used up, not a limit: whoever waits and tries again is told the same.
    const isUsedUp = kind === 'quota' || own.upstreamType === 'insufficient_quota';
    if (isUsedUp || own.upstreamCode === 'insufficient_quota') {
      const isTheirs = model.entry.isLocal || model.ownKey !== null;
      const text = isTheirs && message !== null ? message : USED_UP;
      return new AppError('rate_limit_exceeded', text, { isFinal: true, ...own });
    }
    return new AppError('rate_limit_exceeded', message ?? 'The upstream is limiting requests.', {
      retryAfterSeconds: retryAfter(failure.headers, said) ?? 1,
    });
  }
  if (status >= 400 && status < 500) {
    const text = message ?? `The upstream answered ${status} without a reason; its address may be wrong.`;
    return new AppError('upstream_rejected', text, {
      status,
      ...own,
      upstreamType: own.upstreamType ?? 'invalid_request_error',
    });
  }
  const why = message === null ? '' : `: ${message}`;
  if (status === 503 || status === 529) {
    return new AppError('service_unavailable', `The upstream is overloaded (${status})${why}`, {
      retryAfterSeconds: retryAfter(failure.headers, said) ?? 1,
    });
  }
  return new AppError('upstream_bad_response', `The upstream answered ${status}${why}`);
}
