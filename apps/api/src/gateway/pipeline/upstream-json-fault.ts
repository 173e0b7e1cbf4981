import { AppError } from '@aigc/shared/errors';
import { toAppError } from '../errors.ts';

/** JSON of an answer that turns out to be none when it is read is the upstream's, not the client's. */
export function upstreamJsonFault(cause: unknown): AppError {
  const error = toAppError(cause);
  if (error.code !== 'invalid_json') return error;
  return new AppError('upstream_bad_response', 'The upstream answered with something that is not JSON.', {
    cause,
  });
}
