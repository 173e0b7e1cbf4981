import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkValue, createSecrets } from './create-secrets.ts';
import { formatKeyEncryptionKeys, parseKeyEncryptionKeys } from './key-encryption-keys.ts';
import type { SecretBinding } from './secrets.ts';

const first = { id: 1, key: randomBytes(32) };
const second = { id: 2, key: randomBytes(32) };
const binding: SecretBinding = {
  table: 'models',
  rowId: 7,
  column: 'local_api_key',
  ownerId: 'usr_1',
  origin: 'http://localhost:8080',
};

test('a secret opens with the binding it was sealed with and shows nothing of itself', () => {
  const secrets = createSecrets([first]);
  const sealed = secrets.seal('sk-Ünïcode-密钥', binding);
  expect(sealed).toMatch(/^v1\.1\.[\w-]+\.[\w-]+$/);
  expect(secrets.open(sealed, binding)).toBe('sk-Ünïcode-密钥');
  expect(secrets.seal('sk-Ünïcode-密钥', binding)).not.toBe(sealed);
});

test.each([
  { table: 'providers' as const },
  { rowId: 8 },
  { column: 'api_key' },
  { ownerId: null },
  { ownerId: 'usr_2' },
  { origin: 'http://localhost:8081' },
])('a secret moved elsewhere does not open: %o', (change) => {
  const secrets = createSecrets([first]);
  const sealed = secrets.seal('secret', binding);
  expect(() => secrets.open(sealed, { ...binding, ...change })).toThrow();
});

test('a secret changed in any part does not open', () => {
  const secrets = createSecrets([first]);
  const sealed = secrets.seal('secret', binding);
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1);
    // The last character of base64url may hold bits that carry nothing.
    const same = changed
      .split('.')
      .every((part, place) =>
        Buffer.from(part, 'base64url').equals(Buffer.from(sealed.split('.')[place] ?? '', 'base64url')),
      );
    if (!same) expect(() => secrets.open(changed, binding)).toThrow();
  }
  for (const wrong of ['', 'v1', 'v1.1', 'v2.1.x.y', `${sealed}.x`])
    expect(() => secrets.open(wrong, binding)).toThrow();
});

test('after a new key is put first, old secrets open and old key hashes are still found', () => {
  const old = createSecrets([first]);
  const sealed = old.seal('secret', binding);
  const rotated = createSecrets([second, first]);
  expect(rotated.open(sealed, binding)).toBe('secret');
  expect(rotated.seal('secret', binding)).toMatch(/^v1\.2\./);
  expect(rotated.hashKey('sk-aigc-x').pepperId).toBe(2);
  expect(rotated.keyHashes('sk-aigc-x')).toContainEqual(old.hashKey('sk-aigc-x'));
  expect(() => createSecrets([second]).open(sealed, binding)).toThrow('key-encryption key 1');
});

test('hash and check value differ from key to key', () => {
  expect(createSecrets([first]).hashKey('k').hash).not.toBe(createSecrets([second]).hashKey('k').hash);
  expect(checkValue(first)).not.toBe(checkValue(second));
});

test('SECRET_KEYS is read as it is written', () => {
  expect(parseKeyEncryptionKeys(formatKeyEncryptionKeys([second, first]))).toEqual([second, first]);
});

test.each([
  '',
  '1',
  '1:',
  'x:AAAA',
  '1:AAAA',
  '0:' + 'A'.repeat(43) + '=',
  `1:${'A'.repeat(43)}=,1:${'B'.repeat(43)}=`,
])('SECRET_KEYS %j is refused without repeating it', (text) => {
  expect(() => parseKeyEncryptionKeys(text)).toThrow(/write id:base64/);
});
