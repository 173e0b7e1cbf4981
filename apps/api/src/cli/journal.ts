import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { recordAudit } from '@aigc/core/audit/record-audit';
import { abandonJournal } from '@aigc/core/calls/abandon-journal';
import { SILENT_SECONDS } from '@aigc/core/calls/instances';
import { findKnownJournals, type KnownJournal } from '@aigc/core/calls/known-journals';
import { retryQuarantined } from '@aigc/core/calls/retry-quarantined';
import { inspectJournal, salvageJournal, type SegmentReport } from '@aigc/core/journal/salvage-journal';
import { journalDirectory } from '../journal-directory.ts';
import type { CliContext } from './cli-context.ts';
import { CliError, EXIT } from './cli-error.ts';
import { withInstallation } from './installation.ts';
import { findServerAddress } from './reach-database.ts';
import { renderTable, type Cell } from './table.ts';

const PROCESS = 'the process whose journal it is, as `journal list` shows it';

/** `journal`: settlements on disk that are not in the database yet. */
export function addJournalCommand(program: Command, context: CliContext): void {
  const journal = program.command('journal').description('look at settlements on disk, and rescue them');
  journal
    .command('list')
    .description('list the journals that the database or the data directory knows of')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  npm run cli -- journal list')
    .action((options: { json?: boolean }) => list(context, options));
  journal
    .command('inspect')
    .description('count what can be read of a journal in the data directory; changes nothing')
    .argument('<process>', PROCESS)
    .addHelpText('after', '\nExample:\n  npm run cli -- journal inspect ins_0abcdefgh1234567890123456')
    .action((id: string) => inspect(context, id));
  journal
    .command('salvage')
    .description('make a damaged journal readable: keep every readable record, set the damaged files aside')
    .argument('<process>', PROCESS)
    .addHelpText('after', '\nExample:\n  npm run cli -- journal salvage ins_0abcdefgh1234567890123456')
    .action((id: string) => salvage(context, id));
  journal
    .command('abandon')
    .description('give up a journal whose files are lost: what is set aside for it is free again')
    .argument('<process>', PROCESS)
    .addHelpText('after', '\nExample:\n  npm run cli -- journal abandon ins_0abcdefgh1234567890123456')
    .action((id: string) => abandon(context, id));
  journal
    .command('retry')
    .description('enter the settlements that the database had refused, once the cause is mended')
    .addHelpText('after', '\nExample:\n  npm run cli -- journal retry')
    .action(() => retry(context));
}

async function list(context: CliContext, { json }: { json?: boolean }): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async ({ em, env }) => {
    const journals = await findKnownJournals(em(), journalDirectory(env.dataDir));
    if (json === true) return terminal.print(JSON.stringify(journals, null, 2));
    if (journals.length === 0) return terminal.print('There are no open journals.');
    const titles = ['process', 'state', 'machine'];
    const columns = [
      ...titles.map((title) => ({ title })),
      { title: 'entered up to', align: 'right' as const },
      { title: 'set aside', align: 'right' as const },
      { title: 'last entered' },
    ];
    const rows = journals.map((journal): Cell[] => [
      journal.id,
      stateOf(journal),
      journal.host ?? '',
      String(journal.position),
      journal.leased,
      journal.updatedAt ?? 'never',
    ]);
    terminal.print(renderTable(columns, rows, terminal));
  });
}

function stateOf({ isAlive, isHere }: KnownJournal): Cell {
  if (isAlive) return 'running';
  if (isHere) return { text: 'waits for the next start', colour: 'yellow' };
  return { text: 'not here', colour: 'red' };
}

/** The directory of a journal that is here. @throws CliError */
function directoryOf({ readEnv }: CliContext, id: string): { dataDir: string; path: string } {
  const { dataDir } = readEnv();
  const path = join(journalDirectory(dataDir), id);
  // An id is a plain name, so that it cannot lead elsewhere.
  if (!/^[\w-]+$/.test(id) || !existsSync(path)) {
    throw new CliError(`There is no journal of ${id} in ${journalDirectory(dataDir)}.`);
  }
  return { dataDir, path };
}

async function inspect(context: CliContext, id: string): Promise<void> {
  const { path } = directoryOf(context, id);
  printSegments(context, await inspectJournal(path));
}

async function salvage(context: CliContext, id: string): Promise<void> {
  const { dataDir, path } = directoryOf(context, id);
  if ((await findServerAddress(dataDir)) !== null) {
    throw new CliError('The server runs. Stop it first: it may be writing this journal.');
  }
  const found = await salvageJournal(path);
  printSegments(context, found);
  const damaged = found.filter(({ isDamaged }) => isDamaged).length;
  context.terminal.print(
    damaged === 0
      ? 'No segment is damaged; nothing was changed.'
      : 'Every readable record is kept. Start the server: it enters them.',
  );
}

function printSegments({ terminal }: CliContext, segments: readonly SegmentReport[]): void {
  const columns = [
    { title: 'segment' },
    { title: 'records', align: 'right' as const },
    { title: 'unreadable bytes', align: 'right' as const },
    { title: 'state' },
  ];
  const rows = segments.map((segment): Cell[] => [
    segment.path,
    String(segment.readableRecords),
    String(segment.unreadableBytes),
    segment.isDamaged ? { text: 'damaged', colour: 'red' } : 'in order',
  ]);
  terminal.print(renderTable(columns, rows, terminal));
}

async function abandon(context: CliContext, id: string): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async ({ em, env, connectionString }) => {
    const directory = journalDirectory(env.dataDir);
    const journal = (await findKnownJournals(em(), directory)).find((each) => each.id === id);
    if (journal === undefined) throw new CliError(`The database knows no open journal of ${id}.`);
    if (journal.isHere) {
      throw new CliError(
        `The journal is here, in ${join(directory, id)}: the next start of the server enters what is in it.`,
      );
    }
    if (journal.isAlive) throw new CliError(`The process ${id} runs.`);
    if (journal.wasSeenLately) {
      throw new CliError(
        `The process ${id} has said less than ${SILENT_SECONDS} seconds ago that it runs. Try again when it is silent.`,
      );
    }
    const isGivenUp = await abandonJournal(connectionString, id);
    if (!isGivenUp) throw new CliError(`The process ${id} runs.`);
    await recordAudit(em(), CLI_ACTOR, {
      action: 'journal.abandon',
      targetType: 'journal',
      targetId: id,
      after: { host: journal.host, freed: journal.leased },
    });
    terminal.print(`The journal of ${id} is given up; ${journal.leased} is free again.`);
  });
}

async function retry(context: CliContext): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async ({ em, connectionString }) => {
    const retried = await retryQuarantined(connectionString);
    if (retried.length > 0) {
      await recordAudit(em(), CLI_ACTOR, {
        action: 'journal.retry',
        targetType: 'journal',
        targetId: null,
        after: {
          entered: retried.filter(({ error }) => error === null).map(({ requestId }) => requestId),
          refused: retried.filter(({ error }) => error !== null).map(({ requestId }) => requestId),
        },
      });
    }
    for (const { requestId, error } of retried) {
      terminal.print(error === null ? `Entered ${requestId}.` : `${requestId} is still refused: ${error}`);
    }
    if (retried.length === 0) terminal.print('No settlement is set aside.');
    if (retried.some(({ error }) => error !== null)) {
      throw new CliError('Some settlements are still set aside.', EXIT.failed);
    }
  });
}
