import { Command } from 'commander';
import type { CliContext } from './cli-context.ts';
import { addCatalogueCommand } from './catalogue.ts';
import { addDoctorCommand } from './doctor.ts';
import { addInstallCommand } from './install.ts';
import { addJournalCommand } from './journal.ts';
import { addKeyCommand } from './key.ts';
import { addLogCommand } from './log.ts';
import { addMigrateCommand } from './migrate.ts';
import { addRedeemCodeCommand } from './redeem-code.ts';
import { addReportCommand } from './report.ts';
import { addUserCommand } from './user.ts';

/** The whole command line. Parsing throws instead of ending the process. */
export function createProgram(context: CliContext): Command {
  const { terminal } = context;
  const program = new Command('npm run cli --')
    .description('The command line of AIGC Space: it works beside a running server, and without one.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.write(text),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .showHelpAfterError('Add --help to see what the command takes.')
    .addHelpText(
      'after',
      [
        '',
        'Commands find the installation as the server does: by .env, DATA_DIR and DATABASE_URL.',
        'Results go to standard output, everything else to standard error; npm run -s keeps npm itself quiet.',
        'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.',
      ].join('\n'),
    );
  addInstallCommand(program, context);
  addUserCommand(program, context);
  addKeyCommand(program, context);
  addRedeemCodeCommand(program, context);
  addCatalogueCommand(program, context);
  addLogCommand(program, context);
  addReportCommand(program, context);
  addJournalCommand(program, context);
  addMigrateCommand(program, context);
  addDoctorCommand(program, context);
  return program;
}
