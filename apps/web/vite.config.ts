import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { moduleSizes } from './vite/module-sizes.ts';

/** Where the API listens while the panel runs under `vite dev`. In production both share one port. */
const apiOrigin = process.env['API_ORIGIN'] ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [
    moduleSizes(),
    sveltekit({
      // A prefix of its own, so that HOST, PORT and the like keep the meaning they have for the API process.
      // `npm start` builds into a folder beside the live one and swaps them, so that no half build is ever served.
      adapter: adapter({ envPrefix: 'PANEL_', out: process.env['WEB_BUILD_DIR'] ?? 'build' }),
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          // Style attributes cannot carry a nonce; they are set by components for widths and positions.
          'style-src': ['self'],
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self', 'data:'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
      // A page brings its style along instead of asking for a dozen small files before it is drawn.
      inlineStyleThreshold: 20_000,
      compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
      version: { pollInterval: 0 },
    }),
  ],
  ssr: { noExternal: ['@aigc/shared'] },
  build: {
    // light-dark() and oklch() are used as they are; older targets would have them rewritten.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What nearly every page needs comes in a few files instead of sixty; the rest stays with its pages. Windows
          // and menus, with what places them, come after the page.
          groups: [
            {
              name: 'frame',
              test: /node_modules\/(?!.*(bits-ui|floating-ui|svelte-toolbelt|runed|tabbable|zod)\/)/,
              minShareCount: 10,
            },
            { name: 'shared', test: /src\/lib/, minShareCount: 6 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/trpc', '/api', '/v1', '/healthz', '/readyz'].map((path) => [path, { target: apiOrigin }]),
    ),
  },
});
