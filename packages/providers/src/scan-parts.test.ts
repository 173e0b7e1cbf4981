import { deepStrictEqual } from 'node:assert';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonError, readSpan, scanJson, type JsonVisitor } from './scan-json.ts';
import { scanParts, type PartsOptions } from './scan-parts.ts';
import { spliceBytes } from './splice-bytes.ts';

const quiet: JsonVisitor = { key() {}, scalar() {}, open() {}, close() {} };
const RULES = { largeTextBytes: 0, omittedPartBytes: 0 };

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set(at.map((position) => position % bytes.length))].toSorted((a, b) => a - b);
  const starts = [0, ...ends.filter((end) => end > 0)];
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}

/** Everything a scan says that does not depend on how the text came. */
function facts(parts: Buffer[], rules: PartsOptions = RULES) {
  const told: unknown[] = [];
  const visitor: JsonVisitor = {
    key: (depth) => told.push(['key', depth]),
    scalar: (...scalar) => told.push(scalar),
    open: (...opened) => told.push(opened),
    close: (depth) => told.push(['close', depth]),
  };
  try {
    const json = scanParts(
      parts,
      () => {
        told.length = 0;
        return visitor;
      },
      rules,
    );
    return {
      told,
      members: json.spans.map((span) => [span.kind, span.items, readSpan(json, span)]),
      spliced: Buffer.concat(spliceBytes(json, { model: 'other', added: 1 })).toString('latin1'),
    };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return error.message;
  }
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('"', '\\', 'é', '', '0'),
  fc.nat(60).map((length) => 'AbC+/9'.repeat(length)),
);
const object = fc.dictionary(
  fc.oneof(fc.constantFrom('model', 'image', 'x'), text),
  fc.oneof(text, fc.integer(), fc.array(text), fc.dictionary(text, text), fc.constant(null)),
);
const cuts = fc.array(fc.nat(100_000), { maxLength: 30 });

// Thousands of times: the comparison of `expect` would take most of these tests' time.
test('a text means the same in whatever parts it comes', () => {
  fc.assert(
    fc.property(object, fc.constantFrom(undefined, 2), cuts, (value, space, at) => {
      const bytes = Buffer.from(JSON.stringify(value, null, space));
      deepStrictEqual(facts(cut(bytes, at)), facts([bytes]));
    }),
    { numRuns: 1000 },
  );
});

test('a text that is wrong is refused with the same words, in whatever parts it comes', () => {
  // A control character in what is left out is in the inside of a long string, at which nobody looks.
  const scrap = fc.constantFrom('"', '\\', '{', ']', ',', ' ', 'é');
  fc.assert(
    fc.property(object, fc.nat(), scrap, cuts, (value, seed, added, at) => {
      const good = JSON.stringify(value, null, 1);
      const place = seed % (good.length + 1);
      const bytes = Buffer.from(good.slice(0, place) + added + good.slice(place));
      deepStrictEqual(facts(cut(bytes, at)), facts([bytes]));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['an escaped quote', '{"a":"xx\\"', 'yyyy', '","b":1}'],
  ['an escape of four digits', '{"a":"xx\\u00', '41yy', 'zz","b":1}'],
  ['half a character', `{"a":"xx${String.fromCharCode(0xc3)}`, 'yyyy', `${String.fromCharCode(0xa9)}"}`],
  ['a number', '{"a":12', '3456', '78,"b":1}'],
  ['a key', '{"ab', 'cdef', 'gh":1,"b":2}'],
  ['space', '{"a":1 ', '    ', ' ,"b":2}'],
  ['a byte order mark', '\xef\xbb\xbf{"a":"xx', 'yyyy', 'zz","b":1}'],
])('parts that come within %s are understood', (_name, ...parts) => {
  const bytes = parts.map((part) => Buffer.from(part, 'latin1'));
  expect(facts(bytes)).toEqual(facts([Buffer.concat(bytes)], {}));
});

test('the pieces of an image are neither copied nor looked through', () => {
  const piece = Buffer.alloc(64 * 1024, 'QUJD');
  const parts = [
    Buffer.from('{"model":"a","image":"'),
    ...Array.from({ length: 20 }, () => Buffer.from(piece)),
    Buffer.from('"}'),
  ];
  const json = scanParts(parts, () => quiet);
  expect(json.bytes.length).toBeLessThan(100);
  const spliced = spliceBytes(json, { model: 'b' });
  expect(parts.slice(1, -1).every((part) => spliced.includes(part))).toBe(true);
  const expected = Buffer.concat(parts).toString().replace('"a"', '"b"');
  expect(Buffer.concat(spliced).toString() === expected).toBe(true);
  expect(scanJson(Buffer.concat(parts)).gaps).toEqual([]);
});
