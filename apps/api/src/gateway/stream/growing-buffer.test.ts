import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBuffer } from './growing-buffer.ts';

const KIB = 1024;

test('what was put in comes out, whatever the sizes of its pieces', () => {
  const piece = fc.oneof(
    fc.nat(5),
    fc.nat(600),
    fc.integer({ min: 15 * KIB, max: 17 * KIB }),
    fc.nat(70 * KIB),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.boolean(), (sizes, isInPieces) => {
      const pieces = sizes.map((size, index) => Buffer.alloc(size, 65 + index));
      const subject = new GrowingBuffer();
      for (const each of pieces) subject.append(each);
      const whole = Buffer.concat(pieces);
      expect(subject.length).toBe(whole.length);
      expect(subject.last).toBe(whole.at(-1));
      const taken = isInPieces ? Buffer.concat(subject.takePieces()) : subject.take();
      expect(taken.equals(whole)).toBe(true);
      expect([subject.length, subject.last]).toEqual([0, undefined]);
    }),
  );
});

test('many small pieces become few, and what was taken is not written to again', () => {
  const subject = new GrowingBuffer();
  for (let index = 0; index < 100_000; index += 1) subject.append(Buffer.from('a'));
  const taken = subject.takePieces();
  expect(taken.length).toBeLessThan(20);
  for (let index = 0; index < 100_000; index += 1) subject.append(Buffer.from('b'));
  expect(Buffer.concat(taken).toString()).toBe('a'.repeat(100_000));
});
