// `npm run cli -- <command>`: the command line, which lives in apps/api/src/cli.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';

await runMain(async () => {
  await bootstrap();
  return supervise([inRoot('apps/api/src/cli/main.ts'), ...process.argv.slice(2)], {
    node: pinnedNode,
    interactive: true,
  });
});
