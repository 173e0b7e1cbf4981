// `npm run chaos -- --rounds 1000 --seed 1`: kills the product at random moments under load and checks its books.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { inRoot } from './lib/root.mjs';
import { supervise } from './lib/supervise.mjs';

await runMain(async () => {
  await bootstrap();
  return supervise([inRoot('apps/api/test/chaos/main.ts'), ...process.argv.slice(2)], { node: pinnedNode });
});
