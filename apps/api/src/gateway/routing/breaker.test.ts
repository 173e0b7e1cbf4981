import { expect, it } from 'vitest';
import { Breaker } from './breaker.ts';

function failing(breaker: Breaker, fromMs: number, count: number, everyMs: number): number {
  let nowMs = fromMs;
  for (let made = 0; made < count; made += 1) {
    breaker.failed(nowMs);
    nowMs += everyMs;
  }
  return nowMs;
}

it('stays closed through a blip, however many calls fail in it', () => {
  const breaker = new Breaker();
  failing(breaker, 0, 1000, 0);
  expect(breaker.state(0)).toBe('closed');
  breaker.succeeded();
  failing(breaker, 10_000, 4, 5_000);
  expect(breaker.state(30_000)).toBe('closed');
});

it('opens after five failures in a row that last a second', () => {
  const breaker = new Breaker();
  failing(breaker, 0, 4, 250);
  expect(breaker.state(999)).toBe('closed');
  breaker.failed(1000);
  expect(breaker.state(1000)).toBe('open');
  expect(breaker.isReady(5_999)).toBe(false);
});

it('lets one call through when its pause is over, and the others not', () => {
  const breaker = new Breaker();
  failing(breaker, 0, 5, 250);
  expect(breaker.state(6_000)).toBe('half_open');
  expect(breaker.isReady(6_000)).toBe(true);
  breaker.asked(6_000);
  expect(breaker.isReady(6_000)).toBe(false);
  breaker.succeeded();
  expect(breaker.state(6_001)).toBe('closed');
  expect(breaker.isReady(6_001)).toBe(true);
});

it('waits twice as long after each probe that fails, up to a minute', () => {
  const breaker = new Breaker();
  let nowMs = failing(breaker, 0, 5, 250);
  const pauses: number[] = [];
  for (let probe = 0; probe < 6; probe += 1) {
    const openUntilMs = breaker.openUntilMs ?? 0;
    nowMs = openUntilMs;
    breaker.asked(nowMs);
    breaker.failed(nowMs);
    pauses.push((breaker.openUntilMs ?? 0) - nowMs);
  }
  expect(pauses).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
});

it('lets another call through when a probe was given up or was never heard of again', () => {
  const breaker = new Breaker();
  failing(breaker, 0, 5, 250);
  breaker.asked(6_000);
  breaker.gaveUp();
  expect(breaker.isReady(6_000)).toBe(true);
  breaker.asked(6_000);
  expect(breaker.isReady(125_999)).toBe(false);
  expect(breaker.isReady(126_000)).toBe(true);
});

it('is not opened further by calls that went there because nothing else was left', () => {
  const breaker = new Breaker();
  failing(breaker, 0, 5, 250);
  const until = breaker.openUntilMs;
  breaker.failed(2_000);
  expect(breaker.openUntilMs).toBe(until);
});
