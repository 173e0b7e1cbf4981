import { expect, test } from 'vitest';
import { createThrottle } from './throttle.ts';

function fixture() {
  const clock = { nowMs: 0 };
  return { clock, throttle: createThrottle(() => clock.nowMs) };
}

test('the eleventh failure in a row on an account waits until the first is a quarter of an hour old', () => {
  const { clock, throttle } = fixture();
  for (let turn = 0; turn < 10; turn += 1) {
    expect(throttle.enter({ account: 'a@x', address: `10.0.0.${turn}` })).toBeNull();
    clock.nowMs += 1_000;
  }
  expect(throttle.enter({ account: 'a@x', address: '10.0.1.1' })).toBe(15 * 60 - 10);
  expect(throttle.enter({ account: 'b@x', address: '10.0.1.1' })).toBeNull();
  clock.nowMs = 15 * 60_000 + 1;
  expect(throttle.enter({ account: 'a@x', address: '10.0.1.1' })).toBeNull();
});

test('a success forgets the failures of its account', () => {
  const { throttle } = fixture();
  const attempt = { account: 'a@x', address: '10.0.0.1' };
  for (let turn = 0; turn < 100; turn += 1) {
    expect(throttle.enter(attempt)).toBeNull();
    throttle.succeed(attempt);
  }
});

test('one address cannot try many accounts, and an IPv6 network counts as one address', () => {
  const { throttle } = fixture();
  for (let turn = 0; turn < 50; turn += 1) {
    expect(
      throttle.enter({ account: `${turn}@x`, address: `2001:db8:0:1::${turn.toString(16)}` }),
    ).toBeNull();
  }
  expect(throttle.enter({ account: 'new@x', address: '2001:db8::1:ffff:1:2:3' })).toBeGreaterThan(0);
  expect(throttle.enter({ account: 'new@x', address: '2001:db8:0:2::1' })).toBeNull();
});

test('attempts that are refused do not lengthen the wait', () => {
  const { clock, throttle } = fixture();
  const attempt = { account: 'a@x', address: null };
  for (let turn = 0; turn < 200; turn += 1) throttle.enter(attempt);
  clock.nowMs = 15 * 60_000 + 1;
  expect(throttle.enter(attempt)).toBeNull();
});
