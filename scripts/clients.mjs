// `npm run clients`: the whole client matrix, written to docs/reference/client-matrix.md from what came out.
import { bootstrap, pinnedNode } from './bootstrap.mjs';
import { inRoot } from './lib/root.mjs';
import { runMain } from './lib/run-main.mjs';
import { supervise } from './lib/supervise.mjs';

await runMain(async () => {
  await bootstrap();
  const code = await supervise(
    [
      inRoot('node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      'integration',
      'apps/api/test/clients/client-matrix.test.ts',
      ...process.argv.slice(2),
    ],
    { node: pinnedNode, env: { ...process.env, CLIENT_MATRIX: 'full' } },
  );
  // The table is written as wide as its widest cell.
  const prettier = [
    inRoot('node_modules/prettier/bin/prettier.cjs'),
    '--write',
    'docs/reference/client-matrix.md',
  ];
  const formatted = await supervise(prettier, { node: pinnedNode });
  return code === 0 ? formatted : code;
});
