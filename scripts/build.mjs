// `npm run build`: what `npm start` does before it starts the server.
import { bootstrap } from './bootstrap.mjs';
import { runMain } from './lib/run-main.mjs';
import { ensureWebBuild } from './lib/web-build.mjs';

await runMain(async () => {
  await bootstrap();
  await ensureWebBuild();
});
