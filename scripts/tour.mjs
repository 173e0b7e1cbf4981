// `npm run tour`: visits every page in both languages, both themes and two sizes, empty and filled; checks each for
// violations of WCAG 2.2 AA and sideways scrolling, and writes pictures into apps/web/screenshots/.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  const playwright = inRoot('apps/web/node_modules/@playwright/test/cli.js');
  return supervise([playwright, 'test', '--config', 'playwright.tour.config.ts', ...process.argv.slice(2)], {
    node: pinnedNode,
    cwd: inRoot('apps/web'),
  });
});
