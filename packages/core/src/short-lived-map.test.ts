import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShortLivedMap } from './short-lived-map.ts';

test('behaves like a map through any sequence of changes', () => {
  const change = fc.tuple(fc.boolean(), fc.nat({ max: 40 }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 3000 }), (changes) => {
      const map = new Map<number, number>();
      const shortLived = new ShortLivedMap<number, number>();
      for (const [index, [isAddition, key]] of changes.entries()) {
        if (isAddition) {
          map.set(key, index);
          shortLived.set(key, index);
        } else expect(shortLived.delete(key)).toBe(map.delete(key));
        expect(shortLived.get(key)).toBe(map.get(key));
      }
      expect([...shortLived.entries()]).toEqual([...map]);
      expect(shortLived.size).toBe(map.size);
    }),
    { numRuns: 30 },
  );
});

test('keeps the order of its entries when it begins a new table', () => {
  const map = new ShortLivedMap<string, number>();
  map.set('first', 1);
  for (let index = 0; index < 2000; index += 1) {
    map.set(`other ${index}`, index);
    map.delete(`other ${index}`);
  }
  map.set('last', 2);
  expect([...map.entries()]).toEqual([
    ['first', 1],
    ['last', 2],
  ]);
});
