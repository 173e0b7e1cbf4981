import { expect, test } from 'vitest';
import { displayPrefix, generatePlatformKey, platformKeyKind } from './platform-key.ts';

test('34 zeros carry the checksum 0iqUEf', () => {
  expect(platformKeyKind(`sk-aigc-${'0'.repeat(34)}0iqUEf`)).toBe('model');
});

test('a generated key is well formed and of its kind', () => {
  for (let round = 0; round < 200; round += 1) {
    const key = generatePlatformKey();
    expect(key).toMatch(/^sk-aigc-[0-9A-Za-z]{40}$/);
    expect(platformKeyKind(key)).toBe('model');
  }
  expect(platformKeyKind(generatePlatformKey('management'))).toBe('management');
});

test('changing any one character makes a key malformed', () => {
  const key = generatePlatformKey();
  for (let index = 'sk-aigc-'.length; index < key.length; index += 1) {
    const other = key.charAt(index) === 'x' ? 'y' : 'x';
    expect(platformKeyKind(key.slice(0, index) + other + key.slice(index + 1))).toBeUndefined();
  }
});

test('a key of another length, prefix or alphabet is malformed', () => {
  const key = generatePlatformKey();
  for (const wrong of [
    key.slice(0, -1),
    `${key}0`,
    key.replace('sk-', 'xk-'),
    `${key.slice(0, -1)}-`,
    '',
    'sk-aigc-',
  ]) {
    expect(platformKeyKind(wrong)).toBeUndefined();
  }
});

test('the displayed prefix reveals four characters', () => {
  expect(displayPrefix('sk-aigc-AbCdEfGh')).toBe('sk-aigc-AbCd');
});
