// `npm run bench`: the benchmarks of bench/, which run the product beside references on this machine.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  // Portkey's gateway runs on the Node that the machine has, unless another is named behind it.
  return supervise([inRoot('bench/main.ts'), '--portkey-node', process.execPath, ...process.argv.slice(2)], {
    node: pinnedNode,
    cwd: process.cwd(),
  });
});
