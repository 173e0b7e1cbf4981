import { AppError } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import { refuseUnstorable } from './refuse-unstorable.ts';

test.each([undefined, null, 'text', '表情 😀', { a: [1, true, null, { b: 'c' }] }, 'line\nend\ttab'])(
  '%j passes',
  (input) => {
    expect(() => refuseUnstorable(input)).not.toThrow();
  },
);

test.each([
  [{ name: 'a\u0000' }, 'name'],
  [{ list: ['ok', '\ud800'] }, 'list.1'],
  [{ a: { b: 'x\udc00y' } }, 'a.b'],
])('%j is refused at its field', (input, param) => {
  expect(() => refuseUnstorable(input)).toThrow(
    expect.objectContaining({ code: 'invalid_field', options: expect.objectContaining({ param }) }),
  );
});

test('a bare text and a bad field name are refused too', () => {
  expect(() => refuseUnstorable('\u0000')).toThrow(AppError);
  expect(() => refuseUnstorable({ '\u0000': 1 })).toThrow(AppError);
});

test('deep nesting is refused before it is walked to the end', () => {
  let deep: unknown = 'x';
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  expect(() => refuseUnstorable(deep)).toThrow(expect.objectContaining({ code: 'body_too_deep' }));
});
