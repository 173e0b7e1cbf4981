// `npm run bench`: the benchmarks of bench/, which run the product beside references on this machine.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  return supervise([inRoot('bench/main.ts'), ...process.argv.slice(2)], {
    node: pinnedNode,
    cwd: process.cwd(),
  });
});
