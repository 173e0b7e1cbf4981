import type { UpstreamEntry } from '@aigc/core/snapshot/snapshot';
import type { RoutingStrategy } from '@aigc/shared/schemas/routing';
import { expect, it } from 'vitest';
import { HealthRegister } from './health-register.ts';
import { orderUpstreams } from './order-upstreams.ts';

const NAME = { provider: 'p', upstreamModel: 'm' };

function upstream(key: string, more: Partial<UpstreamEntry> = {}): UpstreamEntry {
  return {
    key,
    provider: key,
    providerId: 1,
    dialect: 'openai-compatible',
    settings: {},
    baseUrl: 'https://upstream.example/v1',
    upstreamModel: 'm',
    priority: 0,
    weight: 1,
    cost: null,
    ...more,
  };
}

function order(
  strategy: RoutingStrategy,
  upstreams: readonly UpstreamEntry[],
  {
    health = new HealthRegister(),
    random = (): number => 0,
    nowMs = 0,
    tokens = { prompt: 1, output: 1 },
  } = {},
): string[] {
  const options = { strategy, health, isStream: true, tokens, nowMs, random };
  return orderUpstreams(upstreams, options).map(({ key }) => key);
}

const cost = (inputUnits: bigint, outputUnits: bigint) => ({ inputUnits, outputUnits });

it('tries lower numbers first, and draws among equal ones by weight', () => {
  const all = [upstream('c', { priority: 5 }), upstream('a', { weight: 1 }), upstream('b', { weight: 3 })];
  expect(order('priority', all, { random: () => 0 })).toEqual(['a', 'b', 'c']);
  expect(order('priority', all, { random: () => 0.3 })).toEqual(['b', 'a', 'c']);
});

it('gives each upstream its share of first places', () => {
  const all = [upstream('a', { weight: 1 }), upstream('b', { weight: 4, priority: 9 })];
  const firsts = new Map([
    ['a', 0],
    ['b', 0],
  ]);
  for (let draw = 0; draw < 1000; draw += 1) {
    const [first = ''] = order('weighted', all, { random: () => draw / 1000 });
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  expect(firsts.get('a')).toBe(200);
  expect(firsts.get('b')).toBe(800);
});

it('names every upstream once even if chance says one', () => {
  const all = [upstream('a'), upstream('b'), upstream('c')];
  expect(order('weighted', all, { random: () => 1 }).toSorted()).toEqual(['a', 'b', 'c']);
});

it('asks the quickest first, those that were never measured before it, and forgets after five minutes', () => {
  const health = new HealthRegister();
  health.of('slow', NAME).ended({ kind: 'answered', ttftMs: 900, isStream: true }, 0);
  health.of('quick', NAME).ended({ kind: 'answered', ttftMs: 200, isStream: true }, 0);
  const all = [upstream('slow'), upstream('quick')];
  expect(order('lowest_latency', all, { health })).toEqual(['quick', 'slow']);
  expect(order('lowest_latency', [...all, upstream('new')], { health })).toEqual(['new', 'quick', 'slow']);
  health.of('quick', NAME).ended({ kind: 'answered', ttftMs: 200, isStream: true }, 300_000);
  expect(order('lowest_latency', all, { health, nowMs: 300_001 })).toEqual(['slow', 'quick']);
});

it('follows an upstream that has become slow', () => {
  const health = new HealthRegister();
  health.of('a', NAME).ended({ kind: 'answered', ttftMs: 100, isStream: true }, 0);
  health.of('b', NAME).ended({ kind: 'answered', ttftMs: 300, isStream: true }, 0);
  for (let call = 1; call <= 3; call += 1) {
    health.of('a', NAME).ended({ kind: 'answered', ttftMs: 1000, isStream: true }, call);
  }
  expect(order('lowest_latency', [upstream('a'), upstream('b')], { health, nowMs: 3 })).toEqual(['b', 'a']);
});

it('compares what this call would cost, and puts unknown costs last', () => {
  const all = [
    upstream('unknown'),
    upstream('dear-output', { cost: cost(1n, 10n) }),
    upstream('dear-input', { cost: cost(3n, 3n) }),
  ];
  expect(order('lowest_price', all, { tokens: { prompt: 1000, output: 10 } })).toEqual([
    'dear-output',
    'dear-input',
    'unknown',
  ]);
  expect(order('lowest_price', all, { tokens: { prompt: 10, output: 1000 } })).toEqual([
    'dear-input',
    'dear-output',
    'unknown',
  ]);
});
