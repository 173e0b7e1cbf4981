import type { CliContext } from '../../src/cli/cli-context.ts';
import { runCommand } from '../../src/cli/run-command.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readEnv } from '../../src/env.ts';
import { usePlainZodMessages } from '@aigc/shared/zod-reasons';
import type { CliResult } from './run-cli.ts';

/** A terminal that nobody sits at, and what was written to it. */
export function recordingTerminal(): { terminal: Terminal; stdout(): string; stderr(): string } {
  let [stdout, stderr] = ['', ''];
  return {
    terminal: {
      print: (text) => void (stdout += `${text}\n`),
      write: (text) => void (stdout += text),
      note: (text) => void (stderr += `${text}\n`),
      colour: (text) => text,
      canAsk: false,
    },
    stdout: () => stdout,
    stderr: () => stderr,
  };
}

/** Runs a command as its process would, in this one: with these variables only. */
export async function runInProcess(args: readonly string[], env: Record<string, string>): Promise<CliResult> {
  usePlainZodMessages();
  const { terminal, stdout, stderr } = recordingTerminal();
  const context: CliContext = {
    terminal,
    signal: new AbortController().signal,
    readEnv: () => readEnv(env),
  };
  const code = await runCommand(args, context);
  return { code, stdout: stdout(), stderr: stderr() };
}
