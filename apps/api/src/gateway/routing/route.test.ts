import type { ModelEntry, UpstreamEntry } from '@aigc/core/snapshot/snapshot';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import { expect, it } from 'vitest';
import type { ResolvedModel } from '../pipeline/contexts.ts';
import { candidatesOf } from './candidates.ts';
import type { FailureKind } from './failure-kind.ts';
import { HealthRegister } from './health-register.ts';
import { Route } from './route.ts';

function upstream(key: string, priority = 0): UpstreamEntry {
  return {
    key,
    provider: key,
    providerId: 1,
    dialect: 'openai-compatible',
    settings: {},
    baseUrl: 'https://upstream.example/v1',
    upstreamModel: key,
    priority,
    weight: 1,
    cost: null,
  };
}

function model(title: string, upstreams: readonly UpstreamEntry[]): ModelEntry {
  const [first = upstream('none')] = upstreams;
  return {
    id: 1,
    title,
    type: 'language',
    capabilities: [],
    isLocal: false,
    ownerId: null,
    isApiEnabled: true,
    price: null,
    contextLength: null,
    maxOutputTokens: null,
    limits: { rpm: null, tpm: null, concurrency: null },
    provider: first.provider,
    providerId: 1,
    dialect: first.dialect,
    baseUrl: first.baseUrl,
    upstreamModel: first.upstreamModel,
    upstreams,
    strategy: 'priority',
    aliases: [],
    fallbackIds: [],
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

function candidate(key: string): ResolvedModel {
  const at = upstream(key);
  return {
    entry: model('m', [at]),
    upstream: at,
    definition: openAiCompatible,
    target: { baseUrl: at.baseUrl, model: key, apiKey: null },
    trust: 'operator',
    ownKey: null,
  };
}

/** Goes on after each failure in turn; tells where it was then, and after which pause. */
function walk(keys: [string, ...string[]], failures: readonly FailureKind[]): (string | null)[] {
  const [first, ...rest] = keys;
  const route = new Route([candidate(first), ...rest.map(candidate)]);
  return failures.map((failure) => {
    const pauseMs = route.next({ failure, retryAfterMs: null, elapsedMs: 0, random: 0 });
    return pauseMs === null ? null : `${route.model.upstream.key} after ${pauseMs}`;
  });
}

it('tries each candidate once, in order, without a pause', () => {
  expect(walk(['a', 'b', 'c'], ['broken', 'timeout', 'quota'])).toEqual(['b after 0', 'c after 0', null]);
});

it('ends at once where the request is at fault', () => {
  expect(walk(['a', 'b'], ['request'])).toEqual([null]);
  expect(walk(['a', 'b'], ['content_filter'])).toEqual([null]);
  expect(walk(['a', 'b'], ['broken', 'request'])).toEqual(['b after 0', null]);
});

it('comes back to those that a moment may mend, the soonest first, and to no other', () => {
  expect(
    walk(['a', 'b', 'c'], ['overloaded', 'broken', 'authentication', 'overloaded', 'overloaded']),
  ).toEqual(['b after 0', 'c after 0', 'a after 250', 'a after 500', null]);
});

it('puts those that are kept away from behind all others, fallbacks included, and names none twice', () => {
  const health = new HealthRegister();
  const name = { provider: 'p', upstreamModel: 'm' };
  const limited = { kind: 'failed', failure: 'rate_limit', code: 'c', retryAfterMs: 1_000 } as const;
  health.of('a', name).ended(limited, 0);
  const own = [upstream('a'), upstream('b', 1)];
  const fallback = [upstream('c'), upstream('b', 1)];
  const order = (nowMs: number) =>
    candidatesOf(
      [
        { entry: model('first', own), upstreams: own },
        { entry: model('second', fallback), upstreams: fallback },
      ],
      { health, isStream: false, tokens: { prompt: 1, output: 1 }, nowMs, random: () => 0 },
    ).map(({ entry, upstream: at }) => `${entry.title} ${at.key}`);
  expect(order(999)).toEqual(['first b', 'second c', 'first a']);
  expect(order(1_000)).toEqual(['first a', 'first b', 'second c']);
});
