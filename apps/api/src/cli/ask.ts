import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { passwordSchema } from '@aigc/shared/schemas/fields';
import type { CliContext } from './cli-context.ts';
import { CliError, EXIT, usageError } from './cli-error.ts';

export interface Question<T> {
  text: string;
  schema: z.ZodType<T>;
  /** Taken when the answer is empty. */
  fallback?: string;
}

/** Asks until the answer is fit. Questions go to standard error, so that a pipe gets only results. */
export async function ask<T>(
  context: CliContext,
  { text: label, schema, fallback }: Question<T>,
): Promise<T> {
  for (;;) {
    const answer = await readLine(context, `${label}${fallback === undefined ? '' : ` [${fallback}]`}: `);
    const result = schema.safeParse(answer.trim() === '' ? (fallback ?? '') : answer);
    if (result.success) return result.data;
    context.terminal.note(`  It ${result.error.issues[0]?.message ?? 'is invalid'}.`);
  }
}

/** Asks for a new password, twice, without showing it. */
export async function askNewPassword(context: CliContext, label: string): Promise<string> {
  for (;;) {
    const password = await readLine(context, `${label}: `, { isHidden: true });
    const result = passwordSchema.safeParse(password);
    if (!result.success) {
      context.terminal.note(`  It ${result.error.issues[0]?.message ?? 'is invalid'}.`);
    } else if ((await readLine(context, 'Once more: ', { isHidden: true })) === password) {
      return password;
    } else {
      context.terminal.note('  The two differ.');
    }
  }
}

export interface PasswordOptions {
  password?: string;
  passwordStdin?: boolean;
}

/** The new password from an option or from standard input; undefined: neither was given. @throws CliError (usage) */
export async function readGivenPassword(options: PasswordOptions): Promise<string | undefined> {
  if (options.passwordStdin !== true) return options.password;
  // One end of line belongs to `echo`, everything else to the password.
  const given = (await text(process.stdin)).replace(/\r?\n$/, '');
  const result = passwordSchema.safeParse(given);
  if (result.success) return result.data;
  throw usageError(`The password ${result.error.issues[0]?.message ?? 'is invalid'}.`);
}

/** The new password, given or asked for. @throws CliError (usage) when it is neither given nor can be asked for */
export async function readNewPassword(
  context: CliContext,
  options: PasswordOptions,
  label: string,
): Promise<string> {
  const given = await readGivenPassword(options);
  if (given !== undefined) return given;
  if (context.terminal.canAsk) return askNewPassword(context, label);
  throw usageError('A password is needed: give it on standard input with --password-stdin.');
}

/** Lines that were typed before their question came. */
const typedAhead: string[] = [];

async function readLine(
  { signal }: CliContext,
  prompt: string,
  { isHidden = false }: { isHidden?: boolean } = {},
): Promise<string> {
  let isMuted = false;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isMuted) process.stderr.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  // In raw mode Ctrl-C is a key like any other.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    reader.setPrompt(prompt);
    reader.prompt();
    isMuted = isHidden;
    return typedAhead.shift() ?? (await nextLine(reader, signal));
  } finally {
    reader.close();
    if (isHidden) process.stderr.write('\n');
  }
}

function nextLine(reader: Interface, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // After the first line these only collect: a promise is settled once.
    reader.on('line', (line) => typedAhead.push(line));
    reader.once('line', () => resolve(typedAhead.shift() ?? ''));
    reader.once('close', () => reject(new CliError('The question was not answered.')));
    signal.addEventListener('abort', () => reject(new CliError('Interrupted.', EXIT.interrupted)), {
      once: true,
    });
  });
}
