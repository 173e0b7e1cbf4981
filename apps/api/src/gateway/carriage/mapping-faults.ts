import { RequestMappingError, UpstreamAnswerError } from '@aigc/providers/mapping-errors';
import { AppError } from '@aigc/shared/errors';
import { redactSecrets } from '../pipeline/redact.ts';

/** Longest reason of an upstream that is passed on here. */
const MAX_REASON = 300;

/** Why a request could not be carried, as its caller is told. */
export function requestFault(cause: unknown, title: string): AppError {
  if (cause instanceof AppError) return cause;
  if (cause instanceof RequestMappingError) {
    return new AppError('invalid_field', cause.message, { param: cause.param });
  }
  return new AppError('server_error', `The request could not be made for the model "${title}".`, { cause });
}

/** Why an answer, or an event of a stream, could not be read. */
export function answerFault(cause: unknown, apiKey: string | null): AppError {
  if (cause instanceof AppError) return cause;
  const why = cause instanceof UpstreamAnswerError ? `: ${redactSecrets(cause.message, apiKey)}` : '';
  const text = `The upstream's answer could not be read${why.slice(0, MAX_REASON)}`;
  return new AppError('upstream_bad_response', text.endsWith('.') ? text : `${text}.`, { cause });
}
