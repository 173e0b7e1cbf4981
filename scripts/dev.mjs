// `npm run dev`: the API, restarted when its sources change, and the panel with hot reload, each on its own port.
import { existsSync } from 'node:fs';
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { inRoot } from './lib/root.mjs';
import { runMain } from './lib/run-main.mjs';
import { supervise } from './lib/supervise.mjs';

const WEB_PORT = 5173;

await runMain(async () => {
  await bootstrap();
  // The API reads `.env` itself; here it tells on which port (from Node 20.12 on).
  if (existsSync(inRoot('.env'))) process.loadEnvFile?.(inRoot('.env'));
  const webUrl = `http://127.0.0.1:${WEB_PORT}`;
  const apiOrigin = `http://127.0.0.1:${process.env.PORT || 8000}`;
  const stopBoth = new AbortController();
  const options = { node: pinnedNode, stop: stopBoth.signal };

  // The printed set-up link has to lead to the panel that reloads.
  const apiEnv = { PUBLIC_URL: webUrl, ...process.env };
  const api = supervise(['--watch', '--watch-preserve-output', inRoot('apps/api/src/main.ts')], {
    ...options,
    env: apiEnv,
  });
  const vite = ['node_modules/vite/bin/vite.js', 'dev', '--port', `${WEB_PORT}`, '--strictPort'];
  const web = supervise(vite, {
    ...options,
    cwd: inRoot('apps/web'),
    env: { ...process.env, API_ORIGIN: apiOrigin },
  });

  const firstExitCode = await Promise.race([api, web]);
  stopBoth.abort();
  await Promise.all([api, web]);
  return firstExitCode;
});
