import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeBlocksOf, headingsOf, linksOf, proseOf } from './lib/markdown.ts';
import { inRoot } from './lib/root.mjs';

const read = (file: string): string => readFileSync(inRoot(file), 'utf8');

describe('the README', () => {
  const blocks = codeBlocksOf(read('README.md'));

  test('is short', () => {
    expect(read('README.md').split('\n').length).toBeLessThan(200);
  });

  test.each([
    ['python', 'examples/python-openai/chat.py'],
    ['js', 'examples/node-openai/chat.mjs'],
    ['sh', 'examples/curl/chat.sh'],
  ])('shows as %s the program of %s, which the tests run', (language, file) => {
    const shown = blocks.filter((block) => block.language === language).map(({ text }) => text);
    expect(shown).toContain(read(file));
  });

  test('shows pictures that are not too heavy', () => {
    const pictures = linksOf(read('README.md')).filter((target) => target.endsWith('.png'));
    expect(pictures.length).toBeGreaterThan(0);
    expect(pictures.filter((file) => statSync(inRoot(file)).size > 250_000)).toEqual([]);
  });
});

describe.each([
  ['README.md', 'README.zh-CN.md'],
  ['docs/guides/getting-started.md', 'docs/guides/getting-started.zh-CN.md'],
])('%s and its Chinese twin', (english, chinese) => {
  test('have the same headings in the same places', () => {
    const levels = (file: string): number[] => headingsOf(read(file)).map(({ level }) => level);
    expect(levels(chinese)).toEqual(levels(english));
  });

  test('show the same code', () => {
    expect(codeBlocksOf(read(chinese))).toEqual(codeBlocksOf(read(english)));
  });

  test('link to the same documents', () => {
    const targets = (file: string): string[] =>
      linksOf(read(file))
        .filter((target) => !target.startsWith('#') && !target.startsWith('README'))
        .map((target) => target.replace('.zh-CN.md', '.md').replace(/-(en|zh)\.png$/, '.png'))
        .toSorted();
    expect(targets(chinese)).toEqual(targets(english));
  });

  test('the Chinese one uses the marks of Chinese writing', () => {
    const prose = proseOf(read(chinese));
    const pairs = prose.match(/[\u4E00-\u9FFF][,:;?!(]|[,:;?!)][\u4E00-\u9FFF]/g) ?? [];
    // A bracket may close a link.
    expect(pairs.filter((pair) => !pair.startsWith(')'))).toEqual([]);
  });
});
