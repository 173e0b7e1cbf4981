import { expect, test } from 'vitest';
import { sanitiseMessage } from './sanitise-message.ts';

test.each([
  [
    'Incorrect API key provided: sk-proj-abc123. See the docs.',
    'Incorrect API key provided: [removed] See the docs.',
  ],
  ['Key abcd****wxyz is wrong', 'Key [removed] is wrong'],
  ['sent Bearer eyJhbGciOi.J9', 'sent [removed]'],
  ['token 0123456789abcdef0123456789abcdef expired', 'token [removed] expired'],
  ['the key own-secret was refused', 'the key [removed] was refused'],
  ['dial tcp 192.168.1.5:8080: refused', 'dial tcp [removed]:8080: refused'],
  ['dial tcp [fe80::1]:80 and ::1', 'dial tcp [removed]:80 and [removed]'],
  ['dial tcp 8.8.8.8:53 at 12:30:45', 'dial tcp 8.8.8.8:53 at 12:30:45'],
  ['two\r\nlines\u0000and\u202Etricks', 'two lines and tricks'],
  ['模型不存在，请检查模型代码。', '模型不存在，请检查模型代码。'],
])('%j becomes %j', (text, expected) => {
  expect(sanitiseMessage(text, 'own-secret')).toBe(expected);
});

test('a message has at most 200 characters, however long it was', () => {
  expect(sanitiseMessage('ab '.repeat(1_000_000), undefined)).toHaveLength(200);
});
