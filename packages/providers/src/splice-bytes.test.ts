import { expect, test } from 'vitest';
import { removeMember, spliceBytes } from './splice-bytes.ts';

const splice = (text: string, members: Record<string, unknown>) =>
  Buffer.concat([...spliceBytes(Buffer.from(text), members)]).toString('utf8');

test.each<[string, string, Record<string, unknown>, string]>([
  ['a value', '{"model":"a","n":1}', { model: 'b' }, '{"model":"b","n":1}'],
  [
    'only at the top',
    '{"x":{"model":"a"},"model" : "a" }',
    { model: 'b' },
    '{"x":{"model":"a"},"model" : "b" }',
  ],
  ['every repetition', '{"model":"a","model":"c"}', { model: 'b' }, '{"model":"b","model":"b"}'],
  ['an escaped key', '{"mod\\u0065l":"a"}', { model: 'b' }, '{"mod\\u0065l":"b"}'],
  [
    'a missing member',
    '{"a":12345678901234567890}',
    { model: 'é' },
    '{"model":"é","a":12345678901234567890}',
  ],
  ['a member of an empty object', ' { } ', { model: 'b' }, ' {"model":"b" } '],
  ['several', '{"stream":true,"model":"a"}', { model: 'b', n: 2 }, '{"n":2,"stream":true,"model":"b"}'],
  ['a number before a brace', '{"n":1}', { n: 2 }, '{"n":2}'],
  ['nothing', '{"n":1}', {}, '{"n":1}'],
])('sets %s and leaves the rest as it was', (_name, text, members, expected) => {
  expect(splice(text, members)).toBe(expected);
});

test.each([0, 1, 46, 47, 48, 49, 50, 200])(
  'finds the end of a string of %i characters and escapes',
  (length) => {
    for (const tail of ['', '\\\\', '\\"', '\\\\\\"', 'é"'.slice(0, 1)]) {
      const text = `{"a":"${'x'.repeat(length)}${tail}","model":"a"}`;
      expect(JSON.parse(splice(text, { model: 'b' }))).toEqual({ ...JSON.parse(text), model: 'b' });
    }
  },
);

test('does not copy what is large', () => {
  const bytes = Buffer.from(`{"model":"a","image":"${'A'.repeat(100_000)}"}`);
  const parts = spliceBytes(bytes, { model: 'b' });
  expect(Buffer.concat([...parts]).toString()).toBe(bytes.toString().replace('"a"', '"b"'));
  expect(parts.at(-1)?.buffer).toBe(bytes.buffer);
});

test.each([
  ['the only one', ' {"usage":{"a":1}} ', ' {} '],
  ['the first', '{"usage":1, "b" : 2}', '{"b" : 2}'],
  ['the last', '{"a":12345678901234567890, "usage" : null }', '{"a":12345678901234567890 }'],
  ['one in the middle', '{"a":"é","usage":{"x":[1,{}]},"b":2}', '{"a":"é","b":2}'],
  ['every repetition', '{"usage":1,"a":1,"us\\u0061ge":2}', '{"a":1}'],
  ['none that is further in', '{"a":{"usage":1}}', '{"a":{"usage":1}}'],
])('takes out %s', (_name, text, expected) => {
  expect(removeMember(text, 'usage')).toBe(expected);
});
