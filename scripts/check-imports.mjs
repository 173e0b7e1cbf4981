// Proves who may import whom, and that outbound calls and the environment each have one place.
import { readFileSync } from 'node:fs';
import { listFiles } from './lib/content-hash.mjs';
import { violationsOf } from './lib/import-rules.mjs';
import { inRoot, root } from './lib/root.mjs';
import { runMain } from './lib/run-main.mjs';

const SOURCES = ['apps', 'packages'];

/** @param {string} name */
function isIrrelevant(name) {
  return ['node_modules', 'build', '.svelte-kit', 'dist', 'coverage', 'test-results'].includes(name);
}

await runMain(async () => {
  const files = listFiles(root, SOURCES, isIrrelevant).filter(
    (file) => /^[^/]+\/[^/]+\/(src|test|e2e)\//.test(file) && /\.(ts|js|mjs|svelte)$/.test(file),
  );
  const faults = files.flatMap((file) =>
    violationsOf(file, readFileSync(inRoot(file), 'utf8')).map(
      ({ line, message }) => `${file}:${line}: ${message}`,
    ),
  );
  process.stdout.write(`${[...faults, `${files.length} files, ${faults.length} faults`].join('\n')}\n`);
  return faults.length > 0 || files.length === 0 ? 1 : 0;
});
