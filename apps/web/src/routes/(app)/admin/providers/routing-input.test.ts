import type { ModelRouting } from '@aigc/shared/schemas/routing';
import { expect, it } from 'vitest';
import {
  addedUpstream,
  movedUpstream,
  namesOf,
  routingFaults,
  routingFields,
  routingInput,
} from './routing-input.ts';

const state = {
  breaker: 'closed',
  retry_at: null,
  failures: 0,
  last_error_code: null,
  latency_ms: null,
} as const;
const routing: ModelRouting = {
  version: 1,
  model_id: 3,
  title: 'm',
  strategy: 'priority',
  upstreams: [
    {
      is_own: true,
      provider_id: 1,
      provider_name: 'A',
      is_provider_enabled: true,
      upstream_model: 'a',
      priority: 0,
      weight: 1,
      is_enabled: true,
      input_cost: '0.1234567891',
      output_cost: null,
      last_check: null,
      last_test: null,
      state,
    },
  ],
  aliases: ['x', 'y'],
  fallbacks: [{ id: 9, title: 'nine' }],
};

it('sends back what it was given, digit by digit', () => {
  expect(routingInput(routingFields(routing), 3)).toEqual({
    id: 3,
    strategy: 'priority',
    upstreams: [
      {
        provider_id: 1,
        upstream_model: 'a',
        priority: 0,
        weight: 1,
        is_enabled: true,
        input_cost: '0.1234567891',
        output_cost: null,
      },
    ],
    aliases: ['x', 'y'],
    fallback_ids: [9],
  });
});

it('puts a new upstream behind the others, and lets priorities follow when one is moved', () => {
  const fields = routingFields(routing);
  fields.upstreams.push(addedUpstream(fields, '2', 'b'));
  expect(fields.upstreams.map(({ priority }) => priority)).toEqual(['0', '1']);
  const moved = movedUpstream(fields.upstreams, 1, -1);
  expect(moved.map(({ providerId, priority }) => [providerId, priority])).toEqual([
    ['2', '0'],
    ['1', '1'],
  ]);
});

it('names the field that is at fault', () => {
  const fields = routingFields(routing);
  fields.upstreams[0] = { ...addedUpstream(fields, '2', ' '), priority: '-1', weight: '0', inputCost: '1e3' };
  expect(routingFaults(fields)).toEqual({
    'upstreams.0.upstream_model': 'upstream_model',
    'upstreams.0.priority': 'priority',
    'upstreams.0.weight': 'weight',
    'upstreams.0.input_cost': 'cost',
  });
});

it('reads names however they are separated, each once', () => {
  expect(namesOf(' a, b\nc\uFF0C a,, ')).toEqual(['a', 'b', 'c']);
});
