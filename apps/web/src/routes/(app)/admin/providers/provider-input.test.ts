import type { Provider, ProviderPreset } from '@aigc/shared/schemas/providers';
import { describe, expect, it } from 'vitest';
import { createInput, initialFields, needsKey, needsKeyAgain, updateInput } from './provider-input.ts';

const preset: ProviderPreset = {
  id: 'deepseek',
  name: 'DeepSeek',
  dialect: 'openai-compatible',
  base_url: 'https://api.deepseek.com/v1',
  key_variable: 'DEEPSEEK_API_KEY',
  console_url: 'https://platform.deepseek.com/api_keys',
  requires_key: true,
  models: ['deepseek-chat', 'deepseek-reasoner'].map((title) => ({
    title,
    type: 'language',
    capabilities: ['chat'],
    context_length: null,
  })),
};
const saved: Provider = {
  id: 4,
  name: 'DeepSeek',
  preset: 'deepseek',
  dialect: 'openai-compatible',
  base_url: 'https://api.deepseek.com/v1',
  has_api_key: true,
  api_key_hint: '1177',
  status: 'enabled',
  is_demo: false,
  model_count: 2,
  created_at: '2026-11-20T00:00:00.000Z',
  updated_at: '2026-11-20T00:00:00.000Z',
};

describe('initialFields', () => {
  it('offers the preset’s models whose titles are still free', () => {
    expect(initialFields({ preset }, new Set(['deepseek-chat'])).models).toEqual(['deepseek-reasoner']);
  });

  it('never holds a saved key', () => {
    expect(initialFields({ saved }, new Set()).apiKey).toBe('');
  });
});

describe('needsKey', () => {
  it('asks for a key at the preset’s own server, not at a proxy', () => {
    const fields = initialFields({ preset }, new Set());
    expect(needsKey(fields, { preset })).toBe(true);
    expect(needsKey({ ...fields, apiKey: 'sk-1' }, { preset })).toBe(false);
    expect(needsKey({ ...fields, baseUrl: 'http://proxy.internal/v1' }, { preset })).toBe(false);
  });
});

describe('needsKeyAgain', () => {
  it('asks again only when the address is another server', () => {
    const fields = initialFields({ saved }, new Set());
    expect(needsKeyAgain(fields, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'https://api.deepseek.com/v2' }, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'https://elsewhere.example/v1' }, saved)).toBe(true);
  });
});

describe('what is sent', () => {
  it('leaves a key out that stays as it is, and empties one that is to go', () => {
    const fields = initialFields({ saved }, new Set());
    expect(updateInput(fields, saved)).not.toHaveProperty('api_key');
    expect(updateInput({ ...fields, removeKey: true }, saved)).toHaveProperty('api_key', '');
  });

  it('changes nothing but the name of the demo', () => {
    const demo = { ...saved, is_demo: true };
    expect(updateInput(initialFields({ saved: demo }, new Set()), demo)).toEqual({ id: 4, name: 'DeepSeek' });
  });

  it('names the preset, or none for an address of one’s own', () => {
    const fields = { ...initialFields({}, new Set()), name: 'Own', baseUrl: 'http://localhost:1/v1' };
    expect(createInput(fields, undefined)).toMatchObject({ preset: null, models: [] });
  });
});
