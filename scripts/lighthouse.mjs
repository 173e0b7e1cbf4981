// `npm run lighthouse`: Lighthouse on sign-in, plaza and overview of a product with data; see apps/web/lighthouse.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  return supervise([inRoot('apps/web/lighthouse/main.ts'), ...process.argv.slice(2)], {
    node: pinnedNode,
    cwd: inRoot('apps/web'),
  });
});
