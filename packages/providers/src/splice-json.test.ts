import { expect, test } from 'vitest';
import { spliceJson } from './splice-json.ts';

test('a member is replaced and every other byte stays', () => {
  const text =
    '{ "model" : "mine",\n  "seed": 12345678901234567890, "x": {"model":"inner","a":[1,{"b":"}"}]} }';
  expect(spliceJson(text, { model: 'theirs' })).toBe(text.replace('"mine"', '"theirs"'));
});

test('a member that is missing is added first', () => {
  expect(spliceJson('{"a":1}', { b: [2] })).toBe('{"b":[2],"a":1}');
  expect(spliceJson(' { } ', { b: 'c' })).toBe(' {"b":"c" } ');
});

test('every occurrence of a repeated key is replaced, whichever one the upstream reads', () => {
  expect(spliceJson('{"model":"a","model":"b"}', { model: 'c' })).toBe('{"model":"c","model":"c"}');
});

test('an escaped key is the key it spells', () => {
  expect(JSON.parse(spliceJson('{"mo\\u0064el":"a"}', { model: 'b' }))).toEqual({ model: 'b' });
});

test('strings with quotes, backslashes and brackets do not confuse the scan', () => {
  const value = { text: 'a "quoted\\" ] } , \\\\', model: 'x', n: -1.5e10, t: true, nothing: null };
  const spliced = spliceJson(JSON.stringify(value, null, 2), { model: 'y', stream: true });
  expect(JSON.parse(spliced)).toEqual({ ...value, model: 'y', stream: true });
});
