import { hash } from 'node:crypto';
import type { ClaimRequest } from '@aigc/core/idempotency/claims';
import { AppError } from '@aigc/shared/errors';
import type { Parsed } from '../pipeline/contexts.ts';

const MAX_KEY_LENGTH = 255;

/** What a call claims by its `Idempotency-Key`; null: it has none. */
export function claimOf({
  reply,
  caller,
  route,
  requestId,
  request,
}: Parsed): Omit<ClaimRequest, 'instanceId'> | null {
  const header = reply.req.headers['idempotency-key'];
  const key = Array.isArray(header) ? header.join(',') : header;
  if (key === undefined || key === '') return null;
  if (key.length > MAX_KEY_LENGTH) {
    throw new AppError('invalid_field', `Idempotency-Key must have at most ${MAX_KEY_LENGTH} characters.`, {
      param: 'idempotency-key',
    });
  }
  return {
    requestId,
    scope: caller.key === null ? `user:${caller.user.id}` : `key:${caller.key.id}`,
    keyHash: hash('sha256', key),
    bodyHash: hash('sha256', Buffer.concat([Buffer.from(`${route}\n`), request.body.bytes])),
  };
}
