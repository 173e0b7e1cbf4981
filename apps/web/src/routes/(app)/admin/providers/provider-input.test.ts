import type { Provider, ProviderDialect, ProviderPreset } from '@aigc/shared/schemas/providers';
import { describe, expect, it } from 'vitest';
import {
  chooseDialect,
  createInput,
  initialFields,
  needsKey,
  needsKeyAgain,
  updateInput,
} from './provider-input.ts';

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
  version: 1,
  id: 4,
  name: 'DeepSeek',
  preset: 'deepseek',
  dialect: 'openai-compatible',
  base_url: 'https://api.deepseek.com/v1',
  settings: {},
  has_api_key: true,
  api_key_hint: '1177',
  status: 'enabled',
  is_demo: false,
  model_count: 2,
  created_at: '2026-11-20T00:00:00.000Z',
  updated_at: '2026-11-20T00:00:00.000Z',
};

const dialects: ProviderDialect[] = [
  { id: 'openai-compatible', label: 'OpenAI-compatible', form: {} },
  {
    id: 'vertex',
    label: 'Google Vertex AI',
    form: {
      address: { default: 'https://aiplatform.googleapis.com/v1' },
      settings: [{ kind: 'text', name: 'location', label: { en: 'Location' }, default: 'global' }],
    },
  },
];

describe('initialFields', () => {
  it('offers the preset’s models whose titles are still free', () => {
    expect(initialFields({ preset, dialects }, new Set(['deepseek-chat'])).models).toEqual([
      'deepseek-reasoner',
    ]);
  });

  it('never holds a saved key', () => {
    expect(initialFields({ saved, dialects }, new Set()).apiKey).toBe('');
  });
});

describe('needsKey', () => {
  it('asks for a key at the preset’s own server, not at a proxy', () => {
    const fields = initialFields({ preset, dialects }, new Set());
    expect(needsKey(fields, { preset, dialects })).toBe(true);
    expect(needsKey({ ...fields, apiKey: 'sk-1' }, { preset, dialects })).toBe(false);
    expect(needsKey({ ...fields, baseUrl: 'http://proxy.internal/v1' }, { preset, dialects })).toBe(false);
  });
});

describe('needsKeyAgain', () => {
  it('asks again only when the address is another server', () => {
    const fields = initialFields({ saved, dialects }, new Set());
    expect(needsKeyAgain(fields, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'https://api.deepseek.com/v2' }, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'https://elsewhere.example/v1' }, saved)).toBe(true);
  });
});

describe('what is sent', () => {
  it('leaves a key out that stays as it is, and empties one that is to go', () => {
    const fields = initialFields({ saved, dialects }, new Set());
    expect(updateInput(fields, { saved, dialects })).not.toHaveProperty('api_key');
    expect(updateInput({ ...fields, removeKey: true }, { saved, dialects })).toHaveProperty('api_key', '');
  });

  it('changes nothing but the name of the demo', () => {
    const demo = { ...saved, is_demo: true };
    expect(
      updateInput(initialFields({ saved: demo, dialects }, new Set()), { saved: demo, dialects }),
    ).toEqual({ id: 4, name: 'DeepSeek' });
  });

  it('names the preset, or none for an address of one’s own', () => {
    const fields = {
      ...initialFields({ dialects }, new Set()),
      name: 'Own',
      baseUrl: 'http://localhost:1/v1',
    };
    expect(createInput(fields, { dialects })).toMatchObject({ preset: null, models: [] });
  });
});

describe('chooseDialect', () => {
  it('brings the usual address and settings of the protocol, and keeps an address that was typed', () => {
    const subject = { dialects };
    const fields = initialFields(subject, new Set());
    chooseDialect(fields, subject, 'vertex');
    expect(fields).toMatchObject({
      dialect: 'vertex',
      baseUrl: 'https://aiplatform.googleapis.com/v1',
      settings: { location: 'global' },
    });
    expect(createInput({ ...fields, name: 'V' }, subject)).toMatchObject({
      dialect: 'vertex',
      settings: { location: 'global' },
    });
    fields.baseUrl = 'https://proxy.example/v1';
    chooseDialect(fields, subject, 'openai-compatible');
    expect(fields).toMatchObject({ baseUrl: 'https://proxy.example/v1', settings: {} });
  });
});
