import type { Command } from 'commander';
import { migrate, migrationStatus } from '@aigc/db/migrate';
import type { CliContext } from './cli-context.ts';
import { withInstallation } from './installation.ts';
import { renderTable, type Cell } from './table.ts';

/** `migrate`: brings the database up to date. */
export function addMigrateCommand(program: Command, context: CliContext): void {
  program
    .command('migrate')
    .description('bring the database up to date, as every start of the server does')
    .option('--status', 'only show which migrations the database has')
    .addHelpText('after', '\nExample:\n  npm run cli -- migrate --status')
    .action((options: { status?: boolean }) =>
      options.status === true ? showStatus(context) : run(context),
    );
}

async function run(context: CliContext): Promise<void> {
  // Opened without migrating, to tell what this call has done.
  const applied = await withInstallation(context, { migrations: 'create' }, ({ orm }) => migrate(orm));
  for (const name of applied) context.terminal.print(`Applied ${name}.`);
  if (applied.length === 0) context.terminal.print('The database is up to date.');
}

async function showStatus(context: CliContext): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'ignore' }, async ({ orm }) => {
    const rows = (await migrationStatus(orm)).map(({ name, appliedAt, isKnown }): Cell[] => {
      if (appliedAt === null) return [name, { text: 'pending', colour: 'yellow' }, ''];
      return [name, isKnown ? 'applied' : { text: 'of a newer version', colour: 'red' }, appliedAt];
    });
    terminal.print(
      renderTable([{ title: 'migration' }, { title: 'state' }, { title: 'applied' }], rows, terminal),
    );
  });
}
