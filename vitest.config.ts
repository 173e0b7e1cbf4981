import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Starts what the integration tests share, such as the database server. */
const integrationSetup = fileURLToPath(new URL('apps/api/test/support/global-setup.ts', import.meta.url));

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/api/src/**/*.test.ts', 'scripts/**/*.test.ts'],
        },
      },
      'apps/web',
      {
        test: {
          name: 'integration',
          include: ['packages/*/test/**/*.test.ts', 'apps/api/test/**/*.test.ts'],
          globalSetup: existsSync(integrationSetup) ? [integrationSetup] : [],
          // Real servers and databases on a busy machine.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
