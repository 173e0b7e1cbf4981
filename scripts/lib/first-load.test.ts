import { describe, expect, test } from 'vitest';
import { FIRST_LOAD_BUDGET_BYTES, describeFirstLoads, firstLoads, largestModules } from './first-load.mjs';

const manifest = {
  app: { file: 'app.js', imports: ['frame'] },
  frame: { file: 'frame.js', imports: ['deep'] },
  deep: { file: 'deep.js' },
  page: { file: 'page.js', imports: ['frame', 'deep'], dynamicImports: ['chart'] },
  chart: { file: 'chart.js' },
  en: { file: 'en.js' },
  'zh-CN': { file: 'zh.js', imports: ['deep'] },
};
const sizes: Record<string, number> = {
  'app.js': 1,
  'frame.js': 20,
  'deep.js': 300,
  'page.js': 4000,
  'chart.js': 50_000,
  'en.js': 600_000,
  'zh.js': 700_000,
};
const sizeOf = (file: string): number => sizes[file] ?? Number.NaN;

describe('what a page loads at first', () => {
  test('is each file it imports, however deep, once, and none that it imports when needed', () => {
    const [page] = firstLoads(manifest, [{ id: '/', entries: ['app', 'page'], oneOf: [] }], sizeOf);
    expect(page).toEqual({
      id: '/',
      bytes: 4321,
      files: { 'app.js': 1, 'frame.js': 20, 'deep.js': 300, 'page.js': 4000 },
    });
  });

  test('holds the texts of one language, counted by the longer one', () => {
    const [page] = firstLoads(manifest, [{ id: '/', entries: ['app'], oneOf: ['en', 'zh-CN'] }], sizeOf);
    expect(page?.bytes).toBe(700_321);
  });

  test('is told of the largest page first', () => {
    const routes = ['app', 'page', 'frame'].map((id) => ({ id, entries: [id], oneOf: [] }));
    expect(firstLoads(manifest, routes, sizeOf).map(({ id }) => id)).toEqual(['page', 'app', 'frame']);
  });

  test('cannot be told of a build whose manifest lacks an entry', () => {
    expect(() => firstLoads(manifest, [{ id: '/', entries: ['gone'], oneOf: [] }], sizeOf)).toThrow(/gone/);
  });
});

describe('the report of a build', () => {
  const moduleSizes = {
    'a.js': { 'node_modules/.pnpm/zod@4/node_modules/zod/v4/core.js': 600, 'apps/web/src/form.ts': 300 },
    'b.js': { 'node_modules/.pnpm/zod@4/node_modules/zod/v4/mini.js': 10 },
  };
  const page = (bytes: number) => ({ id: '/keys', bytes, files: { 'a.js': bytes - 100, 'b.js': 100 } });

  test('gives each module its share of its file, and a dependency the sum of its modules', () => {
    expect(largestModules(page(1000), moduleSizes)).toEqual([
      { module: 'zod', bytes: 700 },
      { module: 'apps/web/src/form.ts', bytes: 300 },
    ]);
  });

  test('passes a page of exactly the budget', () => {
    expect(describeFirstLoads([page(FIRST_LOAD_BUDGET_BYTES)], moduleSizes)).toEqual({
      ok: true,
      text: 'JavaScript of a first load after gzip, at most 150.0 kB:\n   150.0 kB  /keys',
    });
  });

  test('names what fills a page beyond it', () => {
    const { ok, text } = describeFirstLoads([page(FIRST_LOAD_BUDGET_BYTES + 100)], moduleSizes);
    expect(ok).toBe(false);
    expect(text).toContain('/keys loads 150.1 kB. What fills it:\n   100.1 kB  zod\n');
  });
});
