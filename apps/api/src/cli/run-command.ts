import type { CliContext } from './cli-context.ts';
import { EXIT, type ExitCode } from './cli-error.ts';
import { explainError } from './explain-error.ts';
import { createProgram } from './program.ts';

/** Runs one command line, without the names of program and script, and says what its process should exit with. */
export async function runCommand(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    const { exitCode, message } = explainError(error);
    if (message !== null) context.terminal.note(message);
    return exitCode;
  }
}
