import { describe, expect, it } from 'vitest';
import { decideKey, keyHint, readKey } from './upstream-key.ts';

const saved = { hasKey: true, baseUrlBefore: 'https://one.example/v1', baseUrl: 'https://one.example/v2' };

describe('decideKey', () => {
  it('keeps the key when only the path changes', () => {
    expect(decideKey({ ...saved, input: undefined })).toBe('keep');
  });

  it.each(['https://two.example/v1', 'http://one.example/v1', 'https://one.example:8443/v1'])(
    'asks for the key again for %s',
    (baseUrl) => {
      expect(() => decideKey({ ...saved, baseUrl, input: undefined })).toThrow(/enter its key/);
    },
  );

  it('lets a keyless upstream move', () => {
    expect(decideKey({ ...saved, hasKey: false, baseUrl: 'https://two.example/v1', input: undefined })).toBe(
      'keep',
    );
  });

  it('removes the key when the field is emptied', () => {
    expect(decideKey({ ...saved, input: '' })).toEqual({ replace: null });
  });
});

describe('readKey', () => {
  it.each(['two words', 'line\nend', 'schlüssel', '密钥'])('refuses %j, which no header can carry', (key) => {
    expect(() => readKey(key)).toThrow(/letters, digits/);
  });
});

describe('keyHint', () => {
  it('shows the end of a long key and nothing of a short one', () => {
    expect(keyHint('sk-0123456789abcd')).toBe('abcd');
    expect(keyHint('secret')).toBeNull();
  });
});
