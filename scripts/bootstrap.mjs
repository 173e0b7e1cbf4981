// Brings a fresh clone to the point where everything can run: the dependencies at the versions of the lockfile,
// among them the pinned Node. Runs on Node 20 with nothing installed, hence plain JavaScript without imports
// from packages.
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { hashFiles, listFiles } from './lib/content-hash.mjs';
import { withLock } from './lib/lock.mjs';
import { checkLibc, checkPlatform } from './lib/platform.mjs';
import { withProgress } from './lib/progress.mjs';
import { ReadableError, runMain } from './lib/run-main.mjs';
import { inRoot, root } from './lib/root.mjs';
import { runCommand } from './lib/run-command.mjs';

const binDir = inRoot('node_modules/.bin');
/** The pinned runtime, present after the bootstrap. */
export const pinnedNode = inRoot('node_modules/.bin/node');
const stampFile = inRoot('node_modules/.cache/aigc-space/installed');
/** Held while files that every command shares are written. */
export const setupLock = inRoot('.cache/setup.lock');

/** @param {number} pid */
export function tellWaiting(pid) {
  process.stderr.write(`Another command (process ${pid}) is setting up this checkout; waiting for it…\n`);
}

/** Folders of the workspace, such as `packages/core`. */
function workspaceFolders() {
  return ['apps', 'packages'].flatMap((parent) =>
    readdirSync(inRoot(parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(inRoot(folder, 'package.json'))),
  );
}

function expectedStamp() {
  const manifests = workspaceFolders().map((folder) => `${folder}/package.json`);
  const files = listFiles(root, ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'patches']);
  return hashFiles(root, [...files, ...manifests], `${process.platform}-${process.arch}`);
}

/** @param {string} stamp */
function isInstalled(stamp) {
  try {
    accessSync(pinnedNode, constants.X_OK);
    if (readFileSync(stampFile, 'utf8') !== stamp) return false;
  } catch {
    return false;
  }
  return workspaceFolders().every((folder) => existsSync(inRoot(folder, 'node_modules')));
}

/** The environment for the package manager: never a question, never a setting that would leave parts out. */
function installEnvironment() {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, CI: 'true' };
  for (const name of Object.keys(env)) {
    // Left by `npm start --silent` and the like; they would hide errors or skip packages.
    if (/^(NODE_ENV|npm_config_(loglevel|silent|production|omit|include|only|optional))$/i.test(name))
      delete env[name];
  }
  // npm itself must not run on the Node that is about to be replaced.
  const node = process.env.npm_node_execpath || process.execPath;
  const path = (process.env.PATH || '').split(delimiter).filter((entry) => entry !== binDir);
  env.PATH = [dirname(node), ...path].join(delimiter);
  if (!isWritableFolder(env.HOME)) {
    env.HOME = inRoot('.cache/home');
    mkdirSync(env.HOME, { recursive: true });
  }
  return env;
}

/** @param {string | undefined} folder */
function isWritableFolder(folder) {
  try {
    accessSync(folder || '', constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {number} code @param {string} output */
function explainFailure(code, output) {
  if (code === 127) return 'npx was not found. It comes with npm: install npm next to Node.';
  if (/ERR_PNPM_OUTDATED_LOCKFILE/.test(output)) {
    return 'pnpm-lock.yaml does not match a package.json. Run `npx pnpm install` and commit the lockfile.';
  }
  if (/ENOSPC/.test(output)) return 'The disk is full.';
  if (/EACCES|EPERM|EROFS/.test(output))
    return `No permission to write. Check who owns ${root} and the npm cache.`;
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET|META_FETCH_FAIL/i.test(
      output,
    )
  ) {
    return 'The package registry cannot be reached. Check the network, HTTPS_PROXY and `npm config get registry`, then run the same command again.';
  }
  return `Installing the dependencies failed (exit code ${code}). Running the same command again continues where it stopped.`;
}

/** @param {(pid: number) => void} onSpawn */
async function install(onSpawn) {
  const { packageManager } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
  const show = Boolean(process.stderr.isTTY || process.env.VERBOSE);
  const { code, output } = await runCommand(
    'npx',
    ['--yes', packageManager, 'install', '--frozen-lockfile'],
    {
      cwd: root,
      env: installEnvironment(),
      show,
      onSpawn,
    },
  );
  if (code !== 0) throw new ReadableError(`${output}\n${explainFailure(code, output)}`);
  if (!existsSync(pinnedNode)) {
    throw new ReadableError(
      'The pinned Node was not installed. If npm or pnpm is configured to leave out optional dependencies, allow them here.',
    );
  }
}

/**
 * Makes sure that the dependencies are those of the lockfile, and puts them, with the pinned Node, first in PATH.
 * Takes a few milliseconds when nothing changed. Throws a `ReadableError` when it cannot.
 */
export async function bootstrap() {
  checkPlatform({ platform: process.platform, arch: process.arch, nodeVersion: process.versions.node });
  if (!isInstalled(expectedStamp())) {
    checkLibc();
    await withLock(setupLock, installOnce, tellWaiting);
  }
  const path = (process.env.PATH || '').split(delimiter).filter((entry) => entry !== binDir);
  process.env.PATH = [binDir, ...path].join(delimiter);
}

/** @param {(pid: number) => void} onSpawn */
async function installOnce(onSpawn) {
  const stamp = expectedStamp();
  // Another command may have done it while this one waited for the lock.
  if (isInstalled(stamp)) return;
  await withProgress('Installing dependencies', () => install(onSpawn));
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

if (process.argv[1] && realpathSync(process.argv[1]) === inRoot('scripts/bootstrap.mjs'))
  await runMain(bootstrap);
