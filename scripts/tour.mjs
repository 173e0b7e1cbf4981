// `npm run tour`: visits every page in both languages, both themes and two sizes, empty and filled; checks each for
// violations of WCAG 2.2 AA, sideways scrolling and complaints of the browser, and writes pictures and an index.html
// into apps/web/screenshots/. `npm run tour -- keys dark` looks only at what has these words in
// `group/language-theme-size/place` (groups: visitor, setup, empty, filled).
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  const playwright = inRoot('apps/web/node_modules/@playwright/test/cli.js');
  const given = process.argv.slice(2);
  const options = given.filter((argument) => argument.startsWith('-'));
  const words = given.filter((argument) => !argument.startsWith('-'));
  return supervise([playwright, 'test', '--config', 'playwright.tour.config.ts', ...options], {
    node: pinnedNode,
    cwd: inRoot('apps/web'),
    env: { ...process.env, TOUR_ONLY: words.join(' ') },
  });
});
