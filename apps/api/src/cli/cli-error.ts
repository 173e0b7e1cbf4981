/** What a process says by its exit code. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command that cannot do what it was asked; the message is one readable line. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The command line itself was wrong: what is missing or contradicts itself. */
export function usageError(message: string): CliError {
  return new CliError(message, EXIT.usage);
}
