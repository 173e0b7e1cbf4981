import type { Env } from '../env.ts';
import type { Terminal } from './terminal.ts';

/** What every command gets from the process it runs in. */
export interface CliContext {
  terminal: Terminal;
  /** The configuration that a server started here would have. @throws EnvError */
  readEnv: () => Env;
  /** Aborted when the command is asked to end. */
  signal: AbortSignal;
}
