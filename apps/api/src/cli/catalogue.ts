import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { exportCatalogue } from '@aigc/core/catalogue/export-catalogue';
import { importCatalogue } from '@aigc/core/catalogue/import-catalogue';
import type { CatalogueChange, ImportResult } from '@aigc/core/catalogue/running-import';
import { checkLiteralAddress } from '../check-literal-address.ts';
import { describeFaults, readModelsFile } from '../import-models-file.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { withInstallation } from './installation.ts';
import { readOutboundPolicy } from './read-outbound-policy.ts';
import type { Colour } from './terminal.ts';

/** `catalogue`: providers and models as a file. */
export function addCatalogueCommand(program: Command, context: CliContext): void {
  const catalogue = program.command('catalogue').description('write and read providers and models as a file');
  catalogue
    .command('export')
    .description('write providers and models as YAML, without keys')
    .option('--output <file>', 'where to; standard output when left out')
    .addHelpText('after', '\nExample:\n  npm run -s cli -- catalogue export > config/models.yaml')
    .action((options: { output?: string }) => exportFile(context, options));
  catalogue
    .command('import')
    .description('add the providers and models of a file that are missing; nothing is ever removed')
    .argument('<file>', 'a file as `catalogue export` writes it')
    .option('--replace', 'also overwrite what is there and different')
    .option('--dry-run', 'only say what would change')
    .addHelpText(
      'after',
      [
        '',
        'Keys are read from the environment variables that the file names (apiKeyEnv), or from .env.',
        'All of the file is done, or none of it: what is wrong is told with file, line and column.',
        '',
        'Example:',
        '  npm run cli -- catalogue import config/models.yaml --replace --dry-run',
      ].join('\n'),
    )
    .action((file: string, options: ImportFlags) => importFile(context, file, options));
}

interface ImportFlags {
  replace?: boolean;
  dryRun?: boolean;
}

async function exportFile(context: CliContext, { output }: { output?: string }): Promise<void> {
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const text = await exportCatalogue(await installation.deps(), CLI_ACTOR);
    if (output === undefined) return context.terminal.write(text);
    await writeFile(output, text).catch((error: unknown) => {
      throw new CliError(`${output} cannot be written: ${error instanceof Error ? error.message : ''}`);
    });
    context.terminal.note(`Written to ${output}.`);
  });
}

async function importFile(
  context: CliContext,
  file: string,
  { replace = false, dryRun = false }: ImportFlags,
): Promise<void> {
  const path = resolve(file);
  const text = await readModelsFile(path);
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const checkAddress = checkLiteralAddress({ policy: await readOutboundPolicy(installation) });
    const deps = { ...(await installation.deps()), checkAddress };
    const { providerKeys } = installation.env;
    const options = { text, isReplace: replace, isDryRun: dryRun, providerKeys };
    tell(context, await importCatalogue(deps, CLI_ACTOR, options), { path, isDryRun: dryRun });
  });
}

const MARKS: Record<CatalogueChange['action'], { mark: string; colour: Colour }> = {
  add: { mark: '+', colour: 'green' },
  change: { mark: '~', colour: 'yellow' },
  keep: { mark: '=', colour: 'dim' },
  skip: { mark: '!', colour: 'red' },
  same: { mark: ' ', colour: 'dim' },
};

function tell(
  { terminal }: CliContext,
  { faults, changes }: ImportResult,
  { path, isDryRun }: { path: string; isDryRun: boolean },
): void {
  if (faults.length > 0) throw new CliError(`${describeFaults(path, faults)}\nNothing was changed.`);
  for (const change of changes.filter(({ action }) => action !== 'same')) {
    const { mark, colour } = MARKS[change.action];
    const why = change.action === 'keep' ? '(stays as it is without --replace)' : (change.reason ?? '');
    terminal.print(terminal.colour(`${mark} ${change.kind} ${change.name} ${why}`.trimEnd(), colour));
    for (const { field, from, to } of change.fields) {
      terminal.print(`    ${field}: ${from ?? 'none'} -> ${to ?? 'none'}`);
    }
  }
  const done = changes.filter(({ action }) => action === 'add' || action === 'change').length;
  if (done === 0) terminal.note('There is nothing to change.');
  else terminal.note(isDryRun ? `${done} to change. Nothing was changed yet.` : `${done} changed.`);
}
