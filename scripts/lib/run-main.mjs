import { inspect } from 'node:util';
import { stopWithNpm } from './stop-with-npm.mjs';

/** A failure that the person at the terminal can act on: only its message is shown, never a stack. */
export class ReadableError extends Error {}

/** What to show of a failure. @param {unknown} error */
export function explain(error) {
  return error instanceof ReadableError ? error.message : inspect(error);
}

/**
 * Runs a script's main function. Its number becomes the exit code; a failure is shown on stderr and exits with 1.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  stopWithNpm();
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`);
    process.exitCode = 1;
  }
}
