import { expect, test } from 'vitest';
import { ShortcutReader, type PressedKey, type ShortcutAction } from './shortcuts.ts';

const plain = { ctrlKey: false, metaKey: false, altKey: false, isTyping: false };

function press(
  keys: readonly (string | Partial<PressedKey>)[],
  { hasSingleKeys = true, pauseMs = 100 } = {},
): (ShortcutAction | null)[] {
  const reader = new ShortcutReader();
  return keys.map((key, index) =>
    reader.read(
      { ...plain, key: '', atMs: index * pauseMs, ...(typeof key === 'string' ? { key } : key) },
      { hasSingleKeys },
    ),
  );
}

test('Ctrl or Command and K open the palette, even from a field', () => {
  expect(press([{ key: 'k', ctrlKey: true }])).toEqual([{ kind: 'palette' }]);
  expect(press([{ key: 'K', metaKey: true, isTyping: true }])).toEqual([{ kind: 'palette' }]);
  expect(press([{ key: 'k', ctrlKey: true, altKey: true }])).toEqual([null]);
});

test('g and a letter lead to a page, within a moment and only together', () => {
  expect(press(['g', 'l'])).toEqual([null, { kind: 'page', href: '/logs' }]);
  expect(press(['g', 'l'], { pauseMs: 2000 })).toEqual([null, null]);
  expect(press(['l'])).toEqual([null]);
  expect(press(['g', 'x', 'l'])).toEqual([null, null, null]);
});

test('nothing happens while somebody types, nor where single keys are turned off', () => {
  expect(press([{ key: '?', isTyping: true }])).toEqual([null]);
  expect(press(['g', { key: 'l', isTyping: true }])).toEqual([null, null]);
  expect(press(['?', '/', 'g', 'l'], { hasSingleKeys: false })).toEqual([null, null, null, null]);
});
