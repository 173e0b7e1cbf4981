import { AppError } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import { anthropicStyle } from './anthropic-style.ts';

const typeOf = (error: AppError) =>
  (anthropicStyle.envelope(error, 'req_1') as { error: { type: string } }).error.type;

test.each([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [405, 'invalid_request_error'],
  [409, 'invalid_request_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [500, 'api_error'],
  [502, 'api_error'],
  [503, 'overloaded_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])('status %d is of type %s', (status, type) => {
  expect(typeOf(new AppError('upstream_rejected', 'No.', { status }))).toBe(type);
});

test('a failure has its request id, and in a stream it is an event of the same form', () => {
  const error = new AppError('invalid_field', 'max_tokens is required.', { param: 'max_tokens' });
  const envelope = anthropicStyle.envelope(error, 'req_1');
  expect(envelope).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'max_tokens is required.' },
    request_id: 'req_1',
  });
  expect(anthropicStyle.streamFailure(error, 'req_1')).toBe(
    `event: error\ndata: ${JSON.stringify(envelope)}\n\n`,
  );
});

test('silence is broken by a ping, which clients pass over', () => {
  expect(anthropicStyle.keepAlive.toString()).toBe('event: ping\ndata: {"type":"ping"}\n\n');
});
