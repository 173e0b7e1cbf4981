import { expect, test } from 'vitest';
import { fromAnswerText, toAnswerText } from './answer-text.ts';

test.each([
  ['JSON', Buffer.from('{"a":"中文"}')],
  ['sound', Buffer.from([0xff, 0xfb, 0x90, 0x00, 0xc3, 0x28, 0x00])],
  ['nothing', Buffer.alloc(0)],
  ['text that looks like kept bytes', Buffer.from('\u0000base64:AAAA')],
])('%s comes back byte for byte', (_what, body) => {
  expect(fromAnswerText(toAnswerText(body))).toEqual(body);
});

test('text is kept as it is', () => {
  expect(toAnswerText(Buffer.from('data: 1\n\n'))).toBe('data: 1\n\n');
});
