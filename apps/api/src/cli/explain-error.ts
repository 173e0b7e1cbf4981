import { CommanderError } from 'commander';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import { DataDirInUse } from '@aigc/db/embedded/data-dir-owner';
import { AppError } from '@aigc/shared/errors';
import { isOperatorError } from '../operator-error.ts';
import { CliError, EXIT, type ExitCode } from './cli-error.ts';

export interface ExplainedError {
  exitCode: ExitCode;
  /** Null: it has been said already. */
  message: string | null;
}

/** What to tell of a failure, and the exit code for it. A stack is shown only of what nobody expected. */
export function explainError(error: unknown): ExplainedError {
  if (error instanceof CommanderError) {
    // Help that was asked for ends a command by an error too. Commander has written what there is to say.
    return { exitCode: error.exitCode === 0 ? EXIT.ok : EXIT.usage, message: null };
  }
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof AppError || error instanceof DataDirInUse || isOperatorError(error)) {
    return { exitCode: EXIT.failed, message: error.message };
  }
  if (isDatabaseUnavailable(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    return { exitCode: EXIT.failed, message: `The database cannot be reached: ${reason}` };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.failed, message: `Unexpected failure: ${detail}` };
}
