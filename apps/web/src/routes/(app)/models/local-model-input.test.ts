import type { LocalModel } from '@aigc/shared/schemas/models';
import { describe, expect, it } from 'vitest';
import {
  createInput,
  initialFields,
  needsKeyAgain,
  resolvedAddress,
  testedConnection,
  testInput,
  updateInput,
} from './local-model-input.ts';

const saved: LocalModel = {
  version: 1,
  id: 7,
  name: 'llama',
  base_url: 'http://localhost:11434/v1',
  resolved_url: 'http://localhost:11434/v1/chat/completions',
  upstream_model: null,
  type: 'language',
  has_api_key: true,
  is_api_enabled: true,
  last_test: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};
const fields = initialFields(saved);

describe('the form of a local model', () => {
  it('keeps the saved key when its field is empty, and removes it only when that is asked for', () => {
    expect(updateInput(fields, 7)).not.toHaveProperty('api_key');
    expect(updateInput({ ...fields, removeKey: true }, 7)).toHaveProperty('api_key', '');
    expect(updateInput({ ...fields, removeKey: true, apiKey: ' k1 ' }, 7)).toHaveProperty('api_key', 'k1');
  });

  it('asks for the key again when the address leads to another server, not for another path', () => {
    expect(needsKeyAgain({ ...fields, baseUrl: 'http://localhost:11434/v2' }, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'http://localhost:11435/v1' }, saved)).toBe(true);
    expect(needsKeyAgain({ ...fields, baseUrl: 'https://localhost:11434/v1' }, saved)).toBe(true);
    expect(needsKeyAgain({ ...fields, baseUrl: 'http://other/v1', apiKey: 'k' }, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'http://other/v1', removeKey: true }, saved)).toBe(false);
    expect(needsKeyAgain({ ...fields, baseUrl: 'http://other/v1' }, { ...saved, has_api_key: false })).toBe(
      false,
    );
    expect(needsKeyAgain({ ...fields, baseUrl: 'half typed' }, saved)).toBe(false);
  });

  it('shows the endpoint of the type that is chosen', () => {
    expect(resolvedAddress(fields)).toEqual({ ok: true, url: 'http://localhost:11434/v1/chat/completions' });
    expect(resolvedAddress({ ...fields, type: 'embedding' })).toEqual({
      ok: true,
      url: 'http://localhost:11434/v1/embeddings',
    });
    expect(resolvedAddress({ ...fields, baseUrl: 'localhost' })).toEqual({ ok: false, problem: 'not_a_url' });
  });

  it('tests an unchanged saved model as saved, and a renamed one under the id it would call', () => {
    expect(testInput(fields, saved)).toMatchObject({ id: 7, upstream_model: null });
    expect(testInput({ ...fields, name: 'other' }, saved)).toMatchObject({ upstream_model: 'other' });
    expect(
      testInput({ ...initialFields(undefined), name: 'new', baseUrl: 'http://h/v1' }, undefined),
    ).toEqual({
      base_url: 'http://h/v1',
      upstream_model: 'new',
      type: 'language',
    });
  });

  it('counts a test as out of date when address, key, model or type has changed, not for anything else', () => {
    const tested = testedConnection(fields);
    expect(testedConnection({ ...fields, isApiEnabled: false })).toBe(tested);
    expect(testedConnection({ ...fields, upstreamModel: 'llama' })).toBe(tested);
    expect(testedConnection({ ...fields, upstreamModel: 'other' })).not.toBe(tested);
    expect(testedConnection({ ...fields, baseUrl: 'http://h' })).not.toBe(tested);
    expect(testedConnection({ ...fields, apiKey: 'k' })).not.toBe(tested);
    expect(testedConnection({ ...fields, type: 'vision' })).not.toBe(tested);
  });

  it('saves the test that was made in the form with the model', () => {
    const result = {
      type: 'result',
      ok: true,
      latency_ms: 12,
      reason: null,
      message: null,
      http_status: 200,
      allow_entry: null,
      models: [],
      streaming: true,
      usage: true,
    } as const;
    expect(createInput(fields, { ...result, models: [] })).toHaveProperty('last_test', {
      ok: true,
      latency_ms: 12,
      reason: null,
    });
    expect(createInput(fields, undefined)).not.toHaveProperty('last_test');
  });
});
