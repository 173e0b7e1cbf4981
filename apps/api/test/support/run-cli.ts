import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliProcess {
  child: ChildProcess;
  /** What it has printed so far. */
  stdout(): string;
  ended: Promise<CliResult>;
}

/** Starts the command line with these variables and nothing of the tests' own environment but the path. */
export function startCli(args: readonly string[], env: Record<string, string>, input = ''): CliProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    // Without a `.env`.
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: process.env['TMPDIR'] ?? '', PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  // A command that fails before it reads leaves its input unread.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, stdout: () => stdout, ended };
}

/** Runs a command to its end. */
export async function runCli(
  args: readonly string[],
  env: Record<string, string>,
  input = '',
): Promise<CliResult> {
  return startCli(args, env, input).ended;
}
