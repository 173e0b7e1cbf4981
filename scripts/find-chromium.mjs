// Finds a browser for the end-to-end tests on a machine that may have none.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inRoot } from './lib/root.mjs';
import { ReadableError } from './lib/run-main.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const VERSION_TIMEOUT_MS = 20_000;

/** @typedef {{ executablePath: string, env: NodeJS.ProcessEnv }} Chromium `env`: what it needs beyond the environment */
/** @typedef {{ env: NodeJS.ProcessEnv, runs: (browser: Chromium) => boolean, unpack: () => Promise<string> }} Parts */

/**
 * Whether it starts at all: a name on PATH may be a stub of a package manager, a library may be missing.
 * @param {Chromium} browser
 */
function runs({ executablePath, env }) {
  const { status } = spawnSync(executablePath, ['--version'], {
    env: { ...process.env, ...env },
    timeout: VERSION_TIMEOUT_MS,
    stdio: 'ignore',
  });
  return status === 0;
}

/**
 * Unpacks the browser of the @sparticuz/chromium package, once per version, and returns its folder.
 * The package itself unpacks to fixed names in the temporary folder and takes a half-written file for a whole one.
 */
async function unpackOnce() {
  const entry = createRequire(inRoot('apps/web/package.json')).resolve('@sparticuz/chromium');
  const packageDir = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'));
  const target = inRoot('.cache/chromium', version);
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const unpacking = mkdtempSync(`${target}.`);
  const { inflate } = await import(pathToFileURL(entry).href);
  const temporaryFolder = process.env.TMPDIR;
  process.env.TMPDIR = unpacking;
  try {
    for (const archive of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) {
      await inflate(join(packageDir, 'bin', archive));
    }
  } finally {
    if (temporaryFolder === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporaryFolder;
  }
  try {
    renameSync(unpacking, target);
  } catch (error) {
    // Another process was faster.
    rmSync(unpacking, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** @type {Promise<string> | undefined} */
let unpacked;

/** One at a time in this process, because the folder is given through the environment. */
function unpackPackagedChromium() {
  unpacked ??= unpackOnce();
  return unpacked;
}

/** @param {string} folder */
function packagedEnvironments(folder) {
  // The package brings a font and the few libraries that a bare server lacks; the machine's own come first.
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') };
  return [fonts, { ...fonts, LD_LIBRARY_PATH: join(folder, 'al2023/lib') }];
}

/** @param {string} path */
function systemBrowsers(path) {
  const folders = path.split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).filter((file) =>
    existsSync(file),
  );
}

/**
 * The browser to test with: `CHROMIUM_PATH`, else a Chromium or Chrome on PATH, else the packaged one.
 * Throws a `ReadableError` when none starts. Safe to call from several processes at once.
 * @param {Partial<Parts>} [parts] replaced in tests
 * @returns {Promise<Chromium>}
 */
export async function findChromium(parts = {}) {
  const { env, runs: starts, unpack } = { env: process.env, runs, unpack: unpackPackagedChromium, ...parts };
  if (env.CHROMIUM_PATH) {
    const chosen = { executablePath: env.CHROMIUM_PATH, env: {} };
    if (starts(chosen)) return chosen;
    throw new ReadableError(`CHROMIUM_PATH names ${env.CHROMIUM_PATH}, which does not start.`);
  }
  for (const executablePath of systemBrowsers(env.PATH ?? '')) {
    const browser = { executablePath, env: {} };
    if (starts(browser)) return browser;
  }
  const folder = await unpack();
  for (const browserEnv of packagedEnvironments(folder)) {
    const browser = { executablePath: join(folder, 'chromium'), env: browserEnv };
    if (starts(browser)) return browser;
  }
  throw new ReadableError('No browser starts here. Install Chromium, or set CHROMIUM_PATH to one.');
}
