// `npm run build`: what `npm start` does before it starts the server, and what each page loads at first.
import { bootstrap } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { checkFirstLoad, ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
  process.stdout.write(`${checkFirstLoad()}\n`);
});
