import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setupLock, tellWaiting } from '../bootstrap.mjs';
import { hashFiles, listFiles } from './content-hash.mjs';
import { describeFirstLoads, readFirstLoads } from './first-load.mjs';
import { withLock } from './lock.mjs';
import { withProgress } from './progress.mjs';
import { ReadableError } from './run-main.mjs';
import { inRoot, root } from './root.mjs';
import { runCommand } from './run-command.mjs';

const buildDir = inRoot('apps/web/build');
const stampFile = inRoot('apps/web/build/.stamp');
const firstLoadFile = inRoot('apps/web/build/.first-load.json');
// Beside the build, on the same file system, in a folder that git and every tool ignore.
const nextDir = inRoot('apps/web/.svelte-kit/next-build');
const previousDir = inRoot('apps/web/.svelte-kit/previous-build');

const SOURCES = ['apps/web', 'packages/shared', 'patches', 'pnpm-lock.yaml'];

/** What a build does not depend on. @param {string} name */
function isIrrelevant(name) {
  return (
    [
      'node_modules',
      'build',
      '.svelte-kit',
      'e2e',
      'test-results',
      'playwright-report',
      'screenshots',
      'lighthouse',
      'lighthouse-reports',
      'tour',
    ].includes(name) || name.endsWith('.test.ts')
  );
}

function sourceStamp() {
  return hashFiles(root, listFiles(root, SOURCES, isIrrelevant));
}

/** @param {string} stamp */
function isBuilt(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/**
 * Builds the panel if its sources changed since the last build. The new build takes the old one's place whole,
 * with a rename, so a build that is killed leaves no half one. Throws a `ReadableError` with the build's output.
 * @returns {Promise<'built' | 'up to date'>}
 */
export async function ensureWebBuild() {
  if (isBuilt(sourceStamp())) return 'up to date';
  return withLock(setupLock, buildOnce, tellWaiting);
}

/** @param {(pid: number) => void} onSpawn */
async function buildOnce(onSpawn) {
  const stamp = sourceStamp();
  if (isBuilt(stamp)) return 'up to date';
  await withProgress('Building the panel', async () => {
    rmSync(nextDir, { recursive: true, force: true });
    const { code, output } = await runCommand(
      'node',
      [inRoot('apps/web/node_modules/vite/bin/vite.js'), 'build'],
      {
        cwd: inRoot('apps/web'),
        env: { ...process.env, NODE_ENV: 'production', WEB_BUILD_DIR: nextDir },
        show: Boolean(process.env.VERBOSE),
        onSpawn,
      },
    );
    if (code !== 0) throw new ReadableError(`${output}\nBuilding the panel failed (exit code ${code}).`);
    const { pages, moduleSizes } = await readFirstLoads(inRoot('apps/web/.svelte-kit/output'));
    writeFileSync(`${nextDir}/.first-load.json`, JSON.stringify(describeFirstLoads(pages, moduleSizes)));
    writeFileSync(`${nextDir}/.stamp`, stamp);
    rmSync(previousDir, { recursive: true, force: true });
    if (existsSync(buildDir)) renameSync(buildDir, previousDir);
    renameSync(nextDir, buildDir);
    rmSync(previousDir, { recursive: true, force: true });
  });
  return 'built';
}

/**
 * What the pages of the last build load, as a table. Throws a `ReadableError` with it when one exceeds the budget; a
 * started product does not ask, because a page that is too large still works.
 * @returns {string}
 */
export function checkFirstLoad() {
  const { ok, text } = JSON.parse(readFileSync(firstLoadFile, 'utf8'));
  if (!ok) throw new ReadableError(`${text}\n\nA page loads too much at first.`);
  return text;
}
