import type { Terminal } from './terminal.ts';

/** What every command gets from the process it runs in. */
export interface CliContext {
  terminal: Terminal;
  /** Aborted when the command is asked to end. */
  signal: AbortSignal;
}
