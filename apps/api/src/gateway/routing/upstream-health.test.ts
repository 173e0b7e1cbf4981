import { expect, it } from 'vitest';
import { HealthRegister } from './health-register.ts';
import { UpstreamHealth } from './upstream-health.ts';
import type { FailureKind } from './failure-kind.ts';

const NAME = { provider: 'p', upstreamModel: 'm' };

function failing(kind: FailureKind, count = 20): UpstreamHealth {
  const health = new UpstreamHealth(NAME);
  for (let made = 0; made < count; made += 1) {
    health.ended({ kind: 'failed', failure: kind, code: 'c', retryAfterMs: null }, made * 1000);
  }
  return health;
}

it('never keeps calls away for a request that was at fault, a filter, or calls that were given up', () => {
  for (const kind of ['request', 'content_filter', 'ours'] as const) {
    expect(failing(kind).isReady(20_000)).toBe(true);
  }
  const health = new UpstreamHealth(NAME);
  for (let made = 0; made < 20; made += 1) health.ended({ kind: 'given_up' }, made * 1000);
  expect(health.isReady(20_000)).toBe(true);
});

it('keeps calls away from what is broken, and names why', () => {
  const health = failing('broken');
  expect(health.breaker.state(4_000)).toBe('open');
  expect(health.lastErrorCode).toBe('c');
  health.ended({ kind: 'answered', ttftMs: 5, isStream: true }, 30_000);
  expect(health.isReady(30_000)).toBe(true);
  expect(health.lastErrorCode).toBeNull();
});

it('keeps calls away as long as a limit asks for, and no longer than a minute, without opening', () => {
  const health = new UpstreamHealth(NAME);
  health.ended({ kind: 'failed', failure: 'rate_limit', code: 'c', retryAfterMs: 3_000 }, 0);
  expect([2_999, 3_000].map((at) => health.isReady(at))).toEqual([false, true]);
  health.ended({ kind: 'failed', failure: 'rate_limit', code: 'c', retryAfterMs: 3_600_000 }, 0);
  expect([59_999, 60_000].map((at) => health.isReady(at))).toEqual([false, true]);
  expect(health.breaker.state(0)).toBe('closed');
});

it('tells the latency of streams from that of whole answers, if it knows both', () => {
  const health = new UpstreamHealth(NAME);
  health.ended({ kind: 'answered', ttftMs: 4_000, isStream: false }, 0);
  expect(health.latencyMs(true, 0)).toBe(4_000);
  health.ended({ kind: 'answered', ttftMs: 300, isStream: true }, 0);
  expect(health.latencyMs(true, 0)).toBe(300);
  expect(health.latencyMs(false, 0)).toBe(4_000);
});

it('remembers a bounded number of upstreams', () => {
  const register = new HealthRegister();
  for (let key = 0; key < 10_500; key += 1) register.of(String(key), NAME);
  expect([...register.entries]).toHaveLength(10_000);
  expect(register.find('10499')).not.toBeNull();
});
