import { stripVTControlCharacters } from 'node:util';
import { elapsed } from './progress.mjs';
import { countCheck } from './test-results.mjs';

/** @typedef {import('./test-steps.mjs').Step} Step */
/** @typedef {import('./test-results.mjs').Counts} Counts */
/** @typedef {{ step: Step, counts: Counts, duration: string }} Result */

const CORES = 2;
const HEARTBEAT_MS = 20_000;
const MAX_SHOWN_OUTPUT = 60_000;

/** @param {Counts} counts */
function describe({ passed, failed, skipped }) {
  return [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
    .filter(Boolean)
    .join(', ');
}

/** @param {string} raw */
function shorten(raw) {
  // Some tools colour their output in CI although it is not a terminal.
  const output = process.stdout.isTTY ? raw : stripVTControlCharacters(raw);
  if (output.length <= MAX_SHOWN_OUTPUT) return output;
  return `… (${output.length - MAX_SHOWN_OUTPUT} characters before)\n${output.slice(-MAX_SHOWN_OUTPUT)}`;
}

/**
 * Runs the steps in order, as many at once as the cores allow, and tells of each as it goes. A step whose
 * `needs` failed is not run and counts as failed.
 * @param {Step[]} steps
 * @param {(text: string) => void} print
 * @returns {Promise<Result[]>} in the order of `steps`
 */
export async function runSteps(steps, print) {
  /** @type {Map<string, Result>} */
  const results = new Map();
  const waiting = [...steps];
  /** @type {Map<Step, Promise<void>>} */
  const running = new Map();

  /** @param {Step} step */
  const isReady = (step) => {
    const busy = [...running.keys()].reduce((sum, other) => sum + other.cores, 0);
    const isAwaited = steps.some(
      (other) => [step.needs, step.after].includes(other.name) && !results.has(other.name),
    );
    return busy + step.cores <= CORES && !isAwaited;
  };

  /** @param {Step} step */
  const run = async (step) => {
    const startedMs = Date.now();
    print(`… ${step.name} (${step.about})`);
    const heartbeat = setInterval(
      () => print(`… ${step.name} still running, ${elapsed(startedMs)}`),
      HEARTBEAT_MS,
    );
    const { counts, output } = await runReported(step, results);
    clearInterval(heartbeat);
    const failed = counts.failed > 0;
    if (failed) print(`\n${shorten(output).trimEnd()}\n`);
    const duration = elapsed(startedMs);
    print(`${failed ? '✗' : '✓'} ${step.name}: ${describe(counts)} in ${duration}`);
    results.set(step.name, { step, counts, duration });
    running.delete(step);
  };

  while (waiting.length + running.size > 0) {
    const index = waiting.findIndex(isReady);
    const [next] = index < 0 ? [] : waiting.splice(index, 1);
    if (next === undefined) await Promise.race(running.values());
    else running.set(next, run(next));
  }
  return steps.flatMap((step) => results.get(step.name) ?? []);
}

/** @param {Step} step @param {Map<string, Result>} results */
async function runReported(step, results) {
  const before = step.needs === undefined ? undefined : results.get(step.needs);
  if (before !== undefined && before.counts.failed > 0) {
    return { counts: countCheck(false), output: `${step.name} was not run, because ${step.needs} failed.` };
  }
  try {
    return await step.run();
  } catch (error) {
    return {
      counts: countCheck(false),
      output: error instanceof Error ? (error.stack ?? '') : String(error),
    };
  }
}
