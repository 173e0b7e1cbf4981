import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonError, lastMember, MAX_JSON_DEPTH, readSpan, scanJson, type ScanOptions } from './scan-json.ts';

/** The small-text rules, and those of large texts for strings that are short enough to be checked. */
const RULES: [string, ScanOptions][] = [
  ['a small text', {}],
  ['a large text', { smallTextBytes: 0, longStringBytes: 1_000_000 }],
];

function fault(text: string | Buffer, options: ScanOptions = {}): { fault: string; position: number } | null {
  try {
    scanJson(Buffer.from(text), undefined, options);
    return null;
  } catch (error) {
    if (error instanceof JsonError) return { fault: error.fault, position: error.position };
    throw error;
  }
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All members as the scan finds them. */
function members(text: string, options: ScanOptions): [string, unknown][] {
  const json = scanJson(Buffer.from(text), undefined, options);
  return json.spans.map((span) => [
    String(JSON.parse(json.bytes.toString('utf8', span.keyStart, span.keyEnd))),
    readSpan(json, span),
  ]);
}

const anyObject = fc.dictionary(
  fc.oneof(fc.constantFrom('model', 'stream', '', '__proto__', 'constructor', 'é"\\'), fc.string()),
  fc.jsonValue({ maxDepth: 4 }),
);
const spacing = fc.constantFrom(undefined, ' ', '\t', '\r\n  ');

/** Pieces that tell good JSON from bad when they are put anywhere. */
const SCRAPS =
  '{ } [ ] , : " \\ \\u12 \\ud800 \n \u0001 \u2028 - 0 01 1e .5 tru null NaN // \u0020 \u00a0 \uFEFF é'.split(
    ' ',
  );
const scrap = fc.constantFrom(...SCRAPS);
const mutated = fc
  .tuple(anyObject, spacing, fc.nat(), fc.nat(3), fc.option(scrap))
  .map(([value, space, seed, removed, added]) => {
    const text = JSON.stringify(value, null, space);
    const at = seed % (text.length + 1);
    return text.slice(0, at) + (added ?? '') + text.slice(at + removed);
  });

describe.each(RULES)('by the rules for %s', (_name, options) => {
  test('what JSON.stringify writes is found member by member', () => {
    fc.assert(
      fc.property(anyObject, spacing, (value, space) => {
        const text = JSON.stringify(value, null, space);
        const plain = JSON.parse(text) as object;
        expect(members(text, options)).toEqual(Object.entries(plain));
      }),
    );
  });

  test('a text is refused if and only if JSON.parse refuses it or it is no object', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        // Half a surrogate pair becomes another character in UTF-8; a leading mark is taken off before.
        const received = Buffer.from(text)
          .toString('utf8')
          .replace(/^\uFEFF/, '');
        const expected = parsed(received);
        const isAccepted = expected !== null && isObject(expected.value);
        expect(fault(text, options) === null, received).toBe(isAccepted);
      }),
      { numRuns: 3000 },
    );
  });

  test('every beginning of a text is incomplete, and says where it ends', () => {
    const text = '{"a\\u00e9\\"":[1.5e+3,-0,true,null,{"é":"\\\\"}], "b":{ } }';
    for (let end = 1; end < text.length; end += 1) {
      expect(fault(text.slice(0, end), options), text.slice(0, end)).toEqual({
        fault: 'incomplete',
        position: end,
      });
    }
    expect(fault(text, options)).toBeNull();
  });
});

test('a fault is told with its position in characters', () => {
  expect(fault('{"é🎉": x}')).toEqual({ fault: 'invalid', position: 8 });
  expect(fault('{"a":1,}')).toEqual({ fault: 'invalid', position: 7 });
  expect(fault('{"a":1} 2')).toEqual({ fault: 'invalid', position: 8 });
  expect(fault('{"a":01}')).toEqual({ fault: 'invalid', position: 6 });
});

test('texts that are no objects, empty, or not UTF-8 are told apart', () => {
  expect(fault('[1]')?.fault).toBe('not_an_object');
  expect(fault(' \n ')?.fault).toBe('empty');
  expect(fault('')?.fault).toBe('empty');
  expect(fault(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))?.fault).toBe('not_utf8');
  expect(fault(Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]))).toBeNull();
});

test('nesting is refused beyond the limit, before it can do harm', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  expect(fault(nested(MAX_JSON_DEPTH))).toBeNull();
  expect(fault(nested(MAX_JSON_DEPTH + 1))?.fault).toBe('too_deep');
  expect(fault('{"a":'.repeat(1_000_000))?.fault).toBe('too_deep');
});

test('of a repeated key the last counts, however it is spelt', () => {
  const json = scanJson(Buffer.from('{"model":"a","mod\\u0065l":"b","Model":"c"}'));
  const last = lastMember(json, 'model');
  expect(last && readSpan(json, last)).toBe('b');
  expect(lastMember(json, 'stream')).toBeUndefined();
});

test('elements are counted where they are direct ones', () => {
  const json = scanJson(Buffer.from('{"a":[[1,2,3],{"x":[1]}],"b":[],"c":{"d":[1],"e":2},"f":"[1,2]"}'));
  expect(json.spans.map(({ kind, items }) => [kind, items])).toEqual([
    ['array', 2],
    ['array', 0],
    ['object', 2],
    ['string', 0],
  ]);
});

describe('of a long string in a large text, only the end is looked for', () => {
  const options = { smallTextBytes: 0, longStringBytes: 100 };
  const long = 'x'.repeat(200);

  test.each(['', '\\\\', '\\"', '\\\\\\"', '\\"\\\\', `é\\"${long}`])('which %j does not hide', (inside) => {
    const text = `{"image":"${long}${inside}","after":1}`;
    expect(members(text, options)).toEqual(Object.entries(JSON.parse(text) as object));
  });

  test('so that an escape that is none is left to the upstream, as long as it is far in', () => {
    expect(fault(`{"image":"${long}\\x","after":1}`, options)).toBeNull();
    expect(fault(`{"image":"\\x${long}","after":1}`, options)?.fault).toBe('invalid');
    expect(fault(`{"image":"${'x'.repeat(80)}\\x"}`, options)?.fault).toBe('invalid');
  });

  test('and one without an end is incomplete', () => {
    expect(fault(`{"image":"${long}\\"`, options)?.fault).toBe('incomplete');
    expect(fault(`{"image":"${long}\\`, options)?.fault).toBe('incomplete');
  });
});
