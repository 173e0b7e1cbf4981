import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashFiles, listFiles } from './content-hash.mjs';

let folder = '';
const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
const stamp = (): string =>
  hashFiles(
    folder,
    listFiles(folder, ['src', 'lock.yaml'], (name) => name === 'build'),
  );

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'content-hash-'));
  mkdirSync(join(folder, 'src/build'), { recursive: true });
  write('src/a.ts', 'one');
  write('src/b.ts', 'two');
  write('lock.yaml', '1');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the stamp of a set of files', () => {
  test('is the same while nothing changed, whatever the times of the files', () => {
    const before = stamp();
    write('src/a.ts', 'one');
    expect(stamp()).toBe(before);
  });

  test.each([
    ['a content', () => write('src/a.ts', 'changed')],
    ['a new file', () => write('src/c.ts', '')],
    ['a new name', () => renameSync(join(folder, 'src/a.ts'), join(folder, 'src/z.ts'))],
    ['a file that has gone', () => rmSync(join(folder, 'lock.yaml'))],
    ['text that moved from one file to another', () => (write('src/a.ts', 'onet'), write('src/b.ts', 'wo'))],
  ])('changes with %s', (_what, change) => {
    const before = stamp();
    change();
    expect(stamp()).not.toBe(before);
  });

  test('does not depend on what is left out', () => {
    const before = stamp();
    write('src/build/out.js', 'generated');
    expect(stamp()).toBe(before);
  });
});
