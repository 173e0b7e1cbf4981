import { defineConfig } from '@playwright/test';
import config from './playwright.config.ts';

/** Visits every page in every form and takes pictures: `npm run tour`. Too long for each test run. */
export default defineConfig({
  ...config,
  testDir: 'tour',
  outputDir: 'test-results/tour',
  globalTeardown: './tour/contact-sheet.ts',
  workers: 2,
  timeout: 10 * 60_000,
  // A button that is not found fails its own place and not the whole walk.
  use: { ...config.use, actionTimeout: 10_000 },
});
