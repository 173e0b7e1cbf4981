import { spawn } from 'node:child_process';
import type { WrappedProgram } from './server-account.ts';

export interface ProgramResult {
  /** null when the program was ended by a signal or could not be started. */
  readonly exitCode: number | null;
  /** What it wrote to both outputs, or why it could not be started. */
  readonly output: string;
}

/** PostgreSQL's programs see none of our settings and secrets, and speak English. */
export const serverEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Runs a short program to its end. */
export async function runProgram(wrapped: WrappedProgram): Promise<ProgramResult> {
  const { program, args, ...identity } = wrapped;
  const failed = (error: unknown): ProgramResult => ({ exitCode: null, output: String(error) });
  return new Promise<ProgramResult>((resolve) => {
    const child = spawn(program, args, {
      ...identity,
      cwd: '/',
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (part: string): void => {
      output += part;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', (error) => resolve(failed(error)));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
    // Some errors come as events, others (an identity that may not be taken) are thrown.
  }).catch(failed);
}
