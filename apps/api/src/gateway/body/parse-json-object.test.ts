import { AppError } from '@aigc/shared/errors';
import { expect, test } from 'vitest';
import { MAX_JSON_DEPTH, parseJsonObject, requireJsonContentType } from './parse-json-object.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
  return 'none';
}

test.each(['', '  ', '{', '[1]', '"x"', 'null', '{"a":}', 'nope'])('%j is no JSON object', (text) => {
  expect(codeOf(() => parseJsonObject(Buffer.from(text)))).toBe('invalid_json');
});

test('nesting is capped before it is parsed, and brackets in strings do not count', () => {
  const nested = (depth: number) => Buffer.from(`{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`);
  expect(codeOf(() => parseJsonObject(nested(MAX_JSON_DEPTH)))).toBe('none');
  expect(codeOf(() => parseJsonObject(nested(MAX_JSON_DEPTH + 1)))).toBe('body_too_deep');
  expect(codeOf(() => parseJsonObject(nested(1_000_000)))).toBe('body_too_deep');
  expect(codeOf(() => parseJsonObject(Buffer.from(JSON.stringify({ a: '["\\"'.repeat(500) }))))).toBe('none');
});

test('prototype keys are data and change no prototype', () => {
  const { value } = parseJsonObject(Buffer.from('{"__proto__":{"polluted":true},"constructor":1}'));
  expect(Object.hasOwn(value, '__proto__')).toBe(true);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test('invalid UTF-8 is refused and a byte order mark is dropped', () => {
  expect(codeOf(() => parseJsonObject(Buffer.from([0x7b, 0xff, 0x7d])))).toBe('invalid_json');
  expect(parseJsonObject(Buffer.from('\uFEFF{"a":1}')).text).toBe('{"a":1}');
});

test('the message of a syntax error says where the body breaks off or goes on too long', () => {
  expect(() => parseJsonObject(Buffer.from('{"a":1} x'))).toThrow(/at character 8\b/);
  expect(() => parseJsonObject(Buffer.from('{"model":'))).toThrow(/ends at character 9\b/);
});

test('the message of a syntax error repeats nothing of the body', () => {
  expect(() => parseJsonObject(Buffer.from('{"secret": sk-aigc-1}'))).toThrow(/^(?!.*sk-aigc).*$/);
});

test('JSON content types pass and others do not', () => {
  for (const type of [
    undefined,
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/vnd.api+json',
  ]) {
    expect(codeOf(() => requireJsonContentType(type))).toBe('none');
  }
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    expect(codeOf(() => requireJsonContentType(type))).toBe('unsupported_media_type');
  }
});
