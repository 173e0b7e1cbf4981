import type { Command } from 'commander';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import type { FindingStatus, NamedFinding } from '../checks/finding.ts';
import { runDoctor } from './run-doctor.ts';
import { renderTable, type Cell } from './table.ts';
import type { Colour, Terminal } from './terminal.ts';
import { printable } from './text-width.ts';

/** `doctor`: what is wrong with the installation, and how to mend it. */
export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('check the whole installation and say what to mend; exits with 1 if a check fails')
    .option('--network', 'also connect to every enabled provider, which sends it its key')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  npm run cli -- doctor --network')
    .action((options: { network?: boolean; json?: boolean }) => doctor(context, options));
}

async function doctor(
  context: CliContext,
  { network = false, json = false }: { network?: boolean; json?: boolean },
): Promise<void> {
  const { terminal } = context;
  const findings = await runDoctor(context, { network });
  const failed = findings.filter(({ status }) => status === 'fail').length;
  const warned = findings.filter(({ status }) => status === 'warn').length;
  if (json) terminal.print(JSON.stringify({ ok: failed === 0, findings }, null, 2));
  else terminal.print(renderFindings(findings, terminal));
  const warnings = warned === 0 ? '' : `, ${warned} to look at`;
  if (failed > 0) throw new CliError(`${failed} to mend${warnings}.`);
  terminal.note(`Nothing is broken${warnings}.`);
}

const COLOURS: Record<FindingStatus, Colour> = { ok: 'green', warn: 'yellow', fail: 'red', skip: 'dim' };

function renderFindings(findings: readonly NamedFinding[], terminal: Terminal): string {
  const rows = findings.map(({ status, name, message }): Cell[] => [
    { text: status, colour: COLOURS[status] },
    name,
    message,
  ]);
  const [header = '', ...lines] = renderTable(
    [{ title: '' }, { title: 'check' }, { title: 'found' }],
    rows,
    terminal,
  ).split('\n');
  return [
    header,
    ...lines.flatMap((line, index) => {
      const fix = findings[index]?.fix ?? null;
      return fix === null ? [line] : [line, terminal.colour(`      → ${printable(fix)}`, 'bold')];
    }),
  ].join('\n');
}
