import { AppError } from '@aigc/shared/errors';
import { expect, it } from 'vitest';
import { OutboundError } from '../../outbound/outbound-error.ts';
import { toAppError } from '../errors.ts';
import { kindOfError, kindOfRefusal, meaningOf } from './failure-kind.ts';

const said = (more: { message?: string; type?: string; code?: string }) => ({
  message: more.message ?? '',
  type: more.type ?? null,
  code: more.code ?? null,
  param: null,
});

it('reads codes and status', () => {
  expect(kindOfRefusal(401, undefined)).toBe('authentication');
  expect(kindOfRefusal(400, said({ code: 'API_KEY_INVALID' }))).toBe('authentication');
  expect(kindOfRefusal(402, undefined)).toBe('quota');
  expect(kindOfRefusal(429, said({ code: 'insufficient_quota' }))).toBe('quota');
  expect(kindOfRefusal(429, said({}))).toBe('rate_limit');
  expect(kindOfRefusal(503, undefined)).toBe('overloaded');
  expect(kindOfRefusal(529, undefined)).toBe('overloaded');
  expect(kindOfRefusal(500, undefined)).toBe('broken');
  expect(kindOfRefusal(502, undefined)).toBe('unreachable');
  expect(kindOfRefusal(404, undefined)).toBe('misrouted');
  expect(kindOfRefusal(404, said({ code: 'model_not_found' }))).toBe('misrouted');
});

it("leaves a client's own mistakes and content filters to the client", () => {
  for (const status of [400, 404, 409, 413, 415, 422]) {
    expect(kindOfRefusal(status, said({ message: 'no' }))).toBe('request');
  }
  expect(kindOfRefusal(400, said({ code: 'content_filter' }))).toBe('content_filter');
  expect(meaningOf('request')).toMatchObject({ failsOver: false, isBlamed: false });
  expect(meaningOf('content_filter')).toMatchObject({ failsOver: false, isBlamed: false });
});

it('is not impressed by what a message mentions', () => {
  const message = 'Your credit balance is too low; invalid_api_key; quota exceeded; account deactivated';
  expect(kindOfRefusal(400, said({ message }))).toBe('request');
  expect(kindOfRefusal(500, said({ message }))).toBe('broken');
  expect(kindOfError(new AppError('upstream_rejected', message, { status: 400 }))).toBe('request');
});

it('tells connections that fail from those that take too long, and from what we gave up', () => {
  const kinds = (
    ['refused', 'reset', 'headers_timeout', 'bad_response', 'address_forbidden', 'aborted'] as const
  ).map((reason) => kindOfError(toAppError(new OutboundError(reason))));
  expect(kinds).toEqual(['unreachable', 'unreachable', 'timeout', 'broken', 'misrouted', 'ours']);
});
