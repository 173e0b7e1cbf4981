import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const lib = fileURLToPath(new URL('src/lib', import.meta.url));

/** The panel's logic without a browser; `.svelte.ts` files are compiled, so that runes work in them. */
export default defineConfig({
  plugins: [svelte({ configFile: false, compilerOptions: { runes: true } })],
  resolve: { alias: { '#lib': lib } },
  test: { name: 'web', include: ['src/**/*.test.ts'] },
});
