import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '../..');

/** The styles of every component and style sheet but the tokens themselves. */
async function styles(): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const file of glob('**/*.{svelte,css}', { cwd: src })) {
    if (file.endsWith('styles/tokens.css')) continue;
    const text = readFileSync(join(src, file), 'utf8');
    found.push([file, file.endsWith('.css') ? text : (/<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '')]);
  }
  return found;
}

/** Lines that match, but for those that end all motion where the system asks for that. */
async function linesWith(pattern: RegExp): Promise<string[]> {
  return (await styles()).flatMap(([file, text]) =>
    text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .split('\n')
      .filter((line) => pattern.test(line) && !line.includes('!important'))
      .map((line) => `${file}: ${line.trim()}`),
  );
}

test('every colour is a token', async () => {
  expect(await linesWith(/#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch)\(\s*[\d.]/i)).toEqual([]);
});

test('every duration is a token', async () => {
  expect(await linesWith(/(?:transition|animation)[^;]*[\s:(]\d*\.?\d+m?s\b/)).toEqual([]);
});

test('every size of type is a token, or in proportion to the text around it', async () => {
  expect(await linesWith(/font-size:\s*[\d.]+(?:px|rem)/)).toEqual([]);
});

test('every token that is used exists', async () => {
  const tokens = readFileSync(join(src, 'lib/styles/tokens.css'), 'utf8');
  const defined = new Set([...tokens.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
  // What a component sets for itself or another, in its markup or its style.
  for await (const file of glob('**/*.{svelte,css,ts}', { cwd: src })) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:style:|['"]|^\s*)(--[\w-]+)\s*(?:=|:|['"],)/gm))
      defined.add(name);
  }
  const unknown = (await styles()).flatMap(([file, text]) =>
    [...text.matchAll(/var\((--[\w-]+)\s*\)/g)].flatMap(([, name]) =>
      // bits-ui gives the sizes of what it places.
      name === undefined || defined.has(name) || name.startsWith('--bits-') ? [] : [`${file}: ${name}`],
    ),
  );
  expect(unknown).toEqual([]);
});
