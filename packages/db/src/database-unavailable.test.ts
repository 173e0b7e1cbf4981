import { expect, it } from 'vitest';
import { isDatabaseUnavailable } from './database-unavailable.ts';

function failure(code: string): Error {
  return new Error('the statement failed', { cause: Object.assign(new Error('refused'), { code }) });
}

it('takes a server that cannot work now for away, also when its disk fails', () => {
  for (const code of ['08006', '40P01', '53100', '57P01', '58030', '25006']) {
    expect(isDatabaseUnavailable(failure(code)), code).toBe(true);
  }
});

it('does not take a refused statement for an absent server', () => {
  for (const code of ['08P01', '23505', '22P02', '42P01', '57014']) {
    expect(isDatabaseUnavailable(failure(code)), code).toBe(false);
  }
});
