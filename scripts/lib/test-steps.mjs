import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { inRoot, root } from './root.mjs';
import { runCommand } from './run-command.mjs';
import { ReadableError } from './run-main.mjs';
import { countCheck, countPlaywright, countVitest } from './test-results.mjs';
import { checkFirstLoad, ensureWebBuild } from './web-build.mjs';

/** @typedef {import('./test-results.mjs').Counts} Counts */
/**
 * One line of `npm test`. `cores`: how many of the two that steps share it keeps busy; `after`: the step
 * that must have ended; `needs`: the step that must have passed.
 * @typedef {{ name: string, about: string, cores: 1 | 2, after?: string, needs?: string, run: () => Promise<{ counts: Counts, output: string }> }} Step
 */

const STEP_TIMEOUT_MS = 15 * 60_000;

/** @param {string} commandLine @param {string} folder @param {NodeJS.ProcessEnv} [extraEnv] */
function runShell(commandLine, folder, extraEnv = {}) {
  // Both set at once make Node warn; colours only where someone looks.
  const { FORCE_COLOR: _forceColor, ...env } = process.env;
  const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  return runCommand('sh', ['-c', commandLine], {
    cwd: inRoot(folder),
    env: { ...env, CI: 'true', ...colours, ...extraEnv },
    timeoutMs: STEP_TIMEOUT_MS,
    show: Boolean(process.env.VERBOSE),
  });
}

/** A command that succeeds or fails as a whole. @param {string} commandLine @param {string} [folder] */
function check(commandLine, folder = '.') {
  return async () => {
    const { code, output } = await runShell(commandLine, folder);
    return { counts: countCheck(code === 0), output };
  };
}

/**
 * A test run, counted from its report.
 * @param {string} name
 * @param {(reportFile: string) => Promise<{ code: number, output: string }>} run
 * @param {(report: unknown, exitCode: number) => Counts} count
 */
function counted(name, run, count) {
  const reportFile = inRoot(`node_modules/.cache/aigc-space/${name}.json`);
  return async () => {
    mkdirSync(dirname(reportFile), { recursive: true });
    rmSync(reportFile, { force: true });
    const { code, output } = await run(reportFile);
    return { counts: count(readReport(reportFile), code), output };
  };
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string[]} projects of vitest.config.ts */
function vitest(...projects) {
  const chosen = projects.map((project) => `--project ${project}`).join(' ');
  return counted(
    projects.join('-'),
    (file) =>
      runShell(`vitest run ${chosen} --reporter=default --reporter=json --outputFile.json="$REPORT"`, '.', {
        REPORT: file,
      }),
    countVitest,
  );
}

const playwright = counted(
  'e2e',
  (file) =>
    runShell('node_modules/.bin/playwright test --reporter=list,json', 'apps/web', {
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    }),
  countPlaywright,
);

async function buildPanel() {
  try {
    await ensureWebBuild();
    return { counts: countCheck(true), output: checkFirstLoad() };
  } catch (error) {
    if (!(error instanceof ReadableError)) throw error;
    return { counts: countCheck(false), output: error.message };
  }
}

/** @type {Step[]} in the order in which they start */
export const steps = [
  { name: 'build', about: 'the panel builds, within its budget', cores: 1, run: buildPanel },
  { name: 'types', about: 'tsc: API, packages, scripts', cores: 1, run: check(`tsc -p "${root}"`) },
  {
    name: 'types:web',
    about: 'svelte-check',
    cores: 1,
    after: 'build',
    run: check('npm run --silent check', 'apps/web'),
  },
  { name: 'lint', about: 'oxlint', cores: 1, run: check('oxlint --deny-warnings') },
  { name: 'imports', about: 'import direction', cores: 1, run: check('node scripts/check-imports.mjs') },
  { name: 'unused', about: 'knip', cores: 1, run: check('knip') },
  { name: 'format', about: 'prettier', cores: 1, run: check('prettier --check .') },
  { name: 'unit', about: 'vitest', cores: 2, run: vitest('unit', 'web') },
  { name: 'integration', about: 'vitest: database, HTTP, SDKs', cores: 2, run: vitest('integration') },
  { name: 'e2e', about: 'Playwright', cores: 2, needs: 'build', run: playwright },
];
