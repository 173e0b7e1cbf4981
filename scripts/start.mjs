// `npm start`: installs what is missing, builds what changed, and runs the server until it is stopped.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  return supervise([inRoot('apps/api/src/main.ts'), ...process.argv.slice(2)], {
    node: pinnedNode,
    env: { NODE_ENV: 'production', ...process.env },
  });
});
