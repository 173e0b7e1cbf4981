import { usePlainZodMessages } from '../plain-zod-messages.ts';
import { EXIT } from './cli-error.ts';
import { explainError } from './explain-error.ts';
import { listenForInterruption } from './interruption.ts';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

usePlainZodMessages();
const interruption = listenForInterruption();
const terminal = createTerminal();
try {
  await createProgram({ terminal, signal: interruption.signal }).parseAsync();
} catch (error) {
  const { exitCode, message } = explainError(error);
  // Who reads only the beginning has what they wanted.
  process.exitCode = interruption.isReaderGone() ? EXIT.ok : exitCode;
  if (message !== null && !interruption.isReaderGone()) terminal.note(message);
}
