import { expect, it } from 'vitest';
import type { FailureKind } from './failure-kind.ts';
import { mayFailOver, pauseBeforeRepeat, type TriedCandidate } from './retry-policy.ts';

const KINDS: readonly FailureKind[] = [
  'authentication',
  'quota',
  'rate_limit',
  'overloaded',
  'request',
  'content_filter',
  'misrouted',
  'unsupported',
  'unreachable',
  'timeout',
  'broken',
  'ours',
];

function pause(tried: Partial<TriedCandidate>, elapsedMs = 0, random = 0): number | null {
  const whole: TriedCandidate = {
    failure: 'overloaded',
    attempts: 1,
    retryAfterMs: null,
    failedAtMs: 0,
    ...tried,
  };
  return pauseBeforeRepeat(whole, { attempts: whole.attempts, elapsedMs, random });
}

it('goes to another upstream unless the request itself is at fault', () => {
  expect(KINDS.filter((kind) => !mayFailOver(kind, { attempts: 1 }))).toEqual([
    'request',
    'content_filter',
    'ours',
  ]);
});

it('asks an upstream again only for what passes', () => {
  expect(KINDS.filter((failure) => pause({ failure }) !== null)).toEqual([
    'rate_limit',
    'overloaded',
    'unreachable',
  ]);
});

it('waits twice as long before each repeat, spread by chance, and repeats twice', () => {
  expect([1, 2, 3].map((attempts) => pause({ attempts }))).toEqual([250, 500, null]);
  expect(pause({}, 0, 0.5)).toBe(375);
});

it('waits as long as the upstream asks for, from its failure on, and leaves long waits to the client', () => {
  expect(pause({ retryAfterMs: 2_000 })).toBe(2_000);
  expect(pause({ retryAfterMs: 2_000, failedAtMs: 0 }, 1_500)).toBe(500);
  expect(pause({ retryAfterMs: 6_000 })).toBeNull();
});

it('repeats nothing late in a call, nor without end', () => {
  expect(pause({ failedAtMs: 14_000 }, 14_000)).toBe(250);
  expect(pause({ failedAtMs: 14_900 }, 14_900)).toBeNull();
  expect(
    pauseBeforeRepeat(
      { failure: 'overloaded', attempts: 1, retryAfterMs: null, failedAtMs: 0 },
      { attempts: 30, elapsedMs: 0, random: 0 },
    ),
  ).toBeNull();
  expect(mayFailOver('broken', { attempts: 30 })).toBe(false);
});
