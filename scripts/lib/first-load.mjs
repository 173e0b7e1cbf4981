import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

/** What a page may load of JavaScript before it answers clicks: bytes after gzip. */
export const FIRST_LOAD_BUDGET_BYTES = 150_000;
const NAMED_MODULES = 15;

/**
 * What each page loads at first.
 * @typedef {{ file: string, imports?: string[] }} ManifestEntry of Vite's manifest
 * @typedef {{ id: string, entries: string[], oneOf: string[] }} RouteEntries `entries`: keys of the manifest;
 *   `oneOf`: of these it loads one besides, such as the texts of the viewer's language
 * @typedef {{ id: string, bytes: number, files: Record<string, number> }} FirstLoad
 */

/**
 * @param {Record<string, ManifestEntry>} manifest
 * @param {RouteEntries[]} routes
 * @param {(file: string) => number} sizeOf bytes of a file after gzip
 * @returns {FirstLoad[]} largest first
 */
export function firstLoads(manifest, routes, sizeOf) {
  /** @param {readonly string[]} keys @returns {Record<string, number>} */
  const load = (keys) => {
    /** @type {Record<string, number>} */
    const files = {};
    /** @param {string} key */
    const visit = (key) => {
      const entry = manifest[key];
      if (entry === undefined) throw new Error(`${key} is not in the manifest of the build`);
      if (entry.file in files) return;
      files[entry.file] = sizeOf(entry.file);
      for (const imported of entry.imports ?? []) visit(imported);
    };
    for (const key of keys) visit(key);
    return files;
  };
  return routes
    .map(({ id, entries, oneOf }) => {
      const choices = oneOf.length === 0 ? [[]] : oneOf.map((key) => [key]);
      const [largest] = choices
        .map((choice) => load([...entries, ...choice]))
        .toSorted((a, b) => sum(b) - sum(a));
      const files = largest ?? {};
      return { id, bytes: sum(files), files };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

/** @param {Record<string, number>} files */
function sum(files) {
  return Object.values(files).reduce((total, bytes) => total + bytes, 0);
}

/**
 * The modules that take most of what a page loads. A module has no compressed size of its own: it is given its share
 * of its file.
 * @param {FirstLoad} page
 * @param {Record<string, Record<string, number>>} moduleSizes file to module to bytes before compression
 * @returns {{ module: string, bytes: number }[]} largest first
 */
export function largestModules(page, moduleSizes) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const [file, bytes] of Object.entries(page.files)) {
    const modules = moduleSizes[file] ?? {};
    // A file may hold nothing but imports.
    const total = sum(modules) || 1;
    for (const [id, size] of Object.entries(modules)) {
      const module = packageOf(id);
      found.set(module, (found.get(module) ?? 0) + (bytes * size) / total);
    }
  }
  return [...found]
    .map(([module, bytes]) => ({ module, bytes }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, NAMED_MODULES);
}

/** A module of our own by its path; those of a dependency together. @param {string} id */
function packageOf(id) {
  const [, inside] = /.*node_modules\/(.+)$/.exec(id) ?? [];
  if (inside === undefined) return id;
  return inside
    .split('/')
    .slice(0, inside.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/**
 * The table of a build, and, when a page exceeds the budget, what fills it.
 * @param {FirstLoad[]} pages largest first
 * @param {Record<string, Record<string, number>>} moduleSizes
 * @returns {{ ok: boolean, text: string }}
 */
export function describeFirstLoads(pages, moduleSizes) {
  const rows = pages.map(({ id, bytes }) => `  ${kilobytes(bytes).padStart(9)}  ${id}`);
  const lines = [
    `JavaScript of a first load after gzip, at most ${kilobytes(FIRST_LOAD_BUDGET_BYTES)}:`,
    ...rows,
  ];
  const over = pages.filter(({ bytes }) => bytes > FIRST_LOAD_BUDGET_BYTES);
  for (const page of over) {
    lines.push('', `${page.id} loads ${kilobytes(page.bytes)}. What fills it:`);
    for (const { module, bytes } of largestModules(page, moduleSizes)) {
      lines.push(`  ${kilobytes(bytes).padStart(9)}  ${module}`);
    }
  }
  return { ok: over.length === 0, text: lines.join('\n') };
}

/**
 * Reads what SvelteKit left of a build.
 * @param {string} outputDir its `.svelte-kit/output`
 */
export async function readFirstLoads(outputDir) {
  const manifest = JSON.parse(readFileSync(join(outputDir, 'client/.vite/manifest.json'), 'utf8'));
  const sizesFile = join(outputDir, 'client/.vite/module-sizes.json');
  const moduleSizes = existsSync(sizesFile) ? JSON.parse(readFileSync(sizesFile, 'utf8')) : {};
  const server = await import(pathToFileURL(join(outputDir, 'server/manifest-full.js')).href);
  const sizeOf = (/** @type {string} */ file) =>
    gzipSync(readFileSync(join(outputDir, 'client', file))).length;
  return { pages: firstLoads(manifest, routesOf(manifest, server.manifest), sizeOf), moduleSizes };
}

/**
 * The pages, without those that only the development mode shows.
 * @param {Record<string, ManifestEntry>} manifest
 * @param {{ client: { imports: string[] }, routes: { id: string, page: null | { layouts: (number | undefined)[], errors: (number | undefined)[], leaf: number } }[] }} server
 * @returns {RouteEntries[]}
 */
function routesOf(manifest, server) {
  const keys = Object.keys(manifest);
  const start = keys.filter((key) => server.client.imports.includes(manifest[key]?.file ?? ''));
  const oneOf = keys.filter((key) => /^src\/lib\/i18n\/[^/]+\/dictionary\.ts$/.test(key));
  return server.routes.flatMap(({ id, page }) => {
    if (page === null || id.startsWith('/dev/')) return [];
    const nodes = [...page.layouts, ...page.errors, page.leaf].filter((node) => node !== undefined);
    const entries = nodes.map(
      (node) => keys.find((key) => key.endsWith(`client-optimized/nodes/${node}.js`)) ?? '',
    );
    return [{ id, entries: [...start, ...entries], oneOf }];
  });
}
