import { Option, type Command } from 'commander';
import { passwordSchema } from '@aigc/shared/schemas/fields';
import { parseBy } from './parse-value.ts';

/** Adds the two ways to give a new password without being asked. */
export function addPasswordOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--password <password>',
        'the password; other users of this machine may see it, so prefer --password-stdin',
      )
        .argParser(parseBy(passwordSchema))
        .conflicts('passwordStdin'),
    )
    .option('--password-stdin', 'read the password from standard input');
}
