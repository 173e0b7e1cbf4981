import { expect, test } from 'vitest';
import { judgeGaps } from './check-books.ts';
import { describeFailures } from './check-calls.ts';
import { judgeSkew } from './check-database.ts';
import { judgeFreeSpace } from './check-machine.ts';
import { judgeStatus } from './check-network.ts';
import { listNames } from '@aigc/shared/findings/words';

test.each([
  [0, 'ok'],
  [-1_999, 'ok'],
  [2_000, 'warn'],
  [-60_000, 'fail'],
])('clocks %i ms apart: %s', (skewMs, status) => {
  expect(judgeSkew(skewMs).status).toBe(status);
});

test.each([
  [2 * 1024 ** 3, 'ok'],
  [512 * 1024 ** 2, 'warn'],
  [100 * 1024 ** 2, 'fail'],
])('%i bytes free: %s', (freeBytes, status) => {
  expect(judgeFreeSpace(freeBytes, '/data').status).toBe(status);
});

test.each([
  [200, 'ok', 'P answers and takes our key'],
  [404, 'ok', 'lists no models'],
  [401, 'fail', 'refuses our key'],
  [403, 'fail', 'refuses our key'],
  [429, 'warn', 'HTTP 429'],
  [503, 'warn', 'HTTP 503'],
])('a provider that answers %i: %s', (status, expected, words) => {
  const finding = judgeStatus(status, { name: 'P', hasKey: true });
  expect(finding.status).toBe(expected);
  expect(finding.message).toContain(words);
});

test('failures that nobody here can mend are no finding', () => {
  expect(describeFailures([{ model: 'm', code: 'client_closed', calls: 5 }])).toMatchObject({ status: 'ok' });
  expect(describeFailures([{ model: 'm', code: 'insufficient_quota', calls: 1 }])).toMatchObject([
    { status: 'warn', message: expect.stringContaining('1 call of the last day failed') },
  ]);
});

test('a log that agrees with the books is complete, also when there are no calls', () => {
  const whole = { entriesWithoutLog: 0, bookedOtherwise: 0, callsMissing: 0, isCostEqual: true, calls: 0 };
  expect(judgeGaps(whole)).toMatchObject({ status: 'ok' });
  expect(judgeGaps({ ...whole, isCostEqual: false })).toMatchObject([{ status: 'fail' }]);
});

test('long lists of names are cut', () => {
  expect(listNames(['a', 'b'])).toBe('a, b');
  expect(listNames(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
});
