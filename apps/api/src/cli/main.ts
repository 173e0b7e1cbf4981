import { readProcessEnv } from '../env.ts';
import { usePlainZodMessages } from '@aigc/shared/zod-reasons';
import { listenForInterruption } from './interruption.ts';
import { runCommand } from './run-command.ts';
import { createTerminal } from './terminal.ts';

usePlainZodMessages();
const { signal, isReaderGone } = listenForInterruption();
const exitCode = await runCommand(process.argv.slice(2), {
  terminal: createTerminal(),
  signal,
  readEnv: readProcessEnv,
});
// Who reads only the beginning of the output has what they wanted.
process.exitCode = isReaderGone() ? 0 : exitCode;
