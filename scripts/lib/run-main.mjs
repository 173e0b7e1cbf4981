import { inspect } from 'node:util';
import { stopWithNpm } from './stop-with-npm.mjs';

/** A failure that the person at the terminal can act on: only its message is shown, never a stack. */
export class ReadableError extends Error {}

/**
 * Runs a script's main function. Its number becomes the exit code; a failure is shown on stderr and exits with 1.
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  stopWithNpm();
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const text = error instanceof ReadableError ? error.message : inspect(error);
    process.stderr.write(`\n${text}\n`);
    process.exitCode = 1;
  }
}
