import { NO_EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { PlazaModel } from '@aigc/shared/schemas/models';
import { describe, expect, it } from 'vitest';
import { filterModels, readPlazaFilter } from './plaza-filter.ts';

function model(changes: Partial<PlazaModel>): PlazaModel {
  return {
    id: 1,
    title: 'qwen-max',
    description: 'Long texts',
    type: 'language',
    capabilities: ['chat'],
    is_local: false,
    is_demo: false,
    is_api_enabled: true,
    is_active: false,
    provider: { name: 'Alibaba', preset: 'alibaba' },
    context_length: null,
    max_output_tokens: null,
    input_price: '2.4',
    output_price: '9.6',
    ...NO_EXTRA_PRICES,
    health: 'unknown',
    last_test: null,
    conformance: null,
    last_day: { calls: 0, failed: 0 },
    ...changes,
  };
}

const models = [
  model({}),
  model({
    id: 2,
    title: 'glm-4v',
    type: 'vision',
    capabilities: ['chat', 'vision'],
    provider: { name: 'Zhipu', preset: null },
  }),
  model({ id: 3, title: 'demo-chat', input_price: '0', output_price: '0.000' }),
  model({ id: 4, title: 'new', input_price: '1', output_price: null }),
  model({
    id: 5,
    title: 'llama',
    is_local: true,
    input_price: null,
    output_price: null,
    conformance: {
      tested_at: '2026-11-21T10:00:00.000Z',
      results: [
        { probe: 'tools', verdict: 'yes', note: null, latency_ms: 1 },
        { probe: 'vision', verdict: 'no', note: null, latency_ms: 1 },
      ],
    },
  }),
];
const shown = (query: string) =>
  filterModels(models, readPlazaFilter(new URLSearchParams(query))).map(({ id }) => id);

describe('the plaza’s filter', () => {
  it('shows cloud models unless the local ones are asked for', () => {
    expect(shown('')).toEqual([1, 2, 3, 4]);
    expect(shown('tab=local')).toEqual([5]);
  });

  it('finds every word in title, description or provider, whatever its case', () => {
    expect(shown('q=ALI long')).toEqual([1, 3, 4]);
    expect(shown('q=zhipu')).toEqual([2]);
    expect(shown('q=qwen zhipu')).toEqual([]);
  });

  it('narrows by provider, type and capability', () => {
    expect(shown('provider=Zhipu')).toEqual([2]);
    expect(shown('type=vision')).toEqual([2]);
    expect(shown('capability=vision')).toEqual([2]);
  });

  it('tells a price of zero from none: zero is free, one missing price is no price', () => {
    expect(shown('price=free')).toEqual([3]);
    expect(shown('price=unpriced')).toEqual([4]);
    expect(shown('price=paid')).toEqual([1, 2]);
  });

  it('narrows by what a model was seen to do, which one that was never asked was not', () => {
    expect(shown('tab=local&seen=tools')).toEqual([5]);
    expect(shown('tab=local&seen=vision')).toEqual([]);
    expect(shown('seen=tools')).toEqual([]);
  });

  it('ignores values that do not exist', () => {
    expect(shown('type=nothing&price=1&capability=x&view=y')).toEqual([1, 2, 3, 4]);
  });
});
