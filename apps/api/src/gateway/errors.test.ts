import { expect, test } from 'vitest';
import { OutboundError } from '../outbound/outbound-error.ts';
import { errorHeaders, toAppError } from './errors.ts';

test.each([
  ['address_forbidden', 'false'],
  ['invalid_url', 'false'],
  ['invalid_request', 'false'],
  ['redirect', 'false'],
  ['dns', undefined],
  ['refused', undefined],
  ['headers_timeout', undefined],
] as const)('a call that failed by %s says x-should-retry: %s', (reason, expected) => {
  const error = toAppError(new OutboundError(reason));
  expect(error.status).toBeGreaterThanOrEqual(500);
  expect(errorHeaders(error)['x-should-retry']).toBe(expected);
});
