import { NO_EXTRA_PRICES } from '@aigc/shared/price-kinds';
import type { AdminModel } from '@aigc/shared/schemas/models';
import { describe, expect, it } from 'vitest';
import { createInput, faultsOf, initialFields, updateInput } from './model-input.ts';

const saved: AdminModel = {
  version: 1,
  id: 3,
  title: 'qwen-max',
  provider_id: 2,
  provider_name: 'Alibaba',
  upstream_model: null,
  description: '',
  type: 'vision',
  capabilities: ['chat', 'vision', 'tools'],
  context_length: 32_768,
  max_output_tokens: null,
  input_price: '2.4000000000',
  output_price: '0',
  ...NO_EXTRA_PRICES,
  rpm_limit: null,
  tpm_limit: null,
  concurrency_limit: null,
  is_api_enabled: true,
  is_demo: false,
  is_active: false,
  last_test: null,
  created_at: '2026-11-20T00:00:00.000Z',
  updated_at: '2026-11-20T00:00:00.000Z',
};

describe('initialFields', () => {
  it('shows prices as they were entered, zero too, and only capabilities beyond the type', () => {
    const fields = initialFields(saved, '');
    expect(fields).toMatchObject({ inputPrice: '2.4', outputPrice: '0', capabilities: ['tools'] });
  });

  it('does not shorten whole prices', () => {
    expect(initialFields({ ...saved, input_price: '100' }, '').inputPrice).toBe('100');
    expect(initialFields({ ...saved, input_price: '100.0' }, '').inputPrice).toBe('100');
  });
});

describe('what is sent', () => {
  it('keeps every digit of a price as text', () => {
    const fields = { ...initialFields(saved, ''), inputPrice: '0.1234567891' };
    expect(updateInput(fields, 3).input_price).toBe('0.1234567891');
  });

  it('clears what was emptied', () => {
    const fields = { ...initialFields(saved, ''), inputPrice: ' ', contextLength: '' };
    expect(updateInput(fields, 3)).toMatchObject({ input_price: null, context_length: null });
  });

  it('drops capabilities that the type cannot have', () => {
    const fields = { ...initialFields(saved, ''), type: 'embedding' as const };
    expect(createInput(fields).capabilities).toEqual(['embedding']);
  });
});

describe('faultsOf', () => {
  it('finds nothing wrong with a saved model', () => {
    expect(faultsOf(initialFields(saved, ''))).toEqual({});
  });

  it('names each field at fault', () => {
    const fields = {
      ...initialFields(undefined, ''),
      inputPrice: '1,5',
      outputPrice: '-1',
      contextLength: '0',
      maxOutputTokens: '1e3',
    };
    expect(faultsOf(fields)).toEqual({
      title: 'title',
      provider_id: 'provider',
      context_length: 'count',
      max_output_tokens: 'count',
      input_price: 'price',
      output_price: 'price',
    });
  });
});
