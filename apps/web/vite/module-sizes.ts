import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Beside Vite's own manifest, which is not served. */
const fileName = '.vite/module-sizes.json';

/**
 * Writes, for each file of the browser's JavaScript, how many bytes each module takes of it before compression:
 * `{ "_app/immutable/chunks/x.js": { "apps/web/src/lib/form.svelte.ts": 1234 } }`. The check of what a page loads
 * names the largest.
 */
export function moduleSizes(): Plugin {
  return {
    name: 'module-sizes',
    applyToEnvironment: ({ name }) => name === 'client',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle).flatMap((file) => {
        if (file.type !== 'chunk') return [];
        const modules = Object.entries(file.modules).map(([id, { renderedLength }]) => [
          relative(root, id.replace(/^\0/, '').replace(/\?.*$/, '')),
          renderedLength,
        ]);
        return [[file.fileName, Object.fromEntries(modules)]];
      });
      this.emitFile({ type: 'asset', fileName, source: JSON.stringify(Object.fromEntries(files)) });
    },
  };
}
