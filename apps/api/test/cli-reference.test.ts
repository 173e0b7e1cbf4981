import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../src/cli/program.ts';
import { readEnv } from '../src/env.ts';
import { recordingTerminal, runInProcess } from './support/cli-in-process.ts';

const reference = await readFile(new URL('../../../docs/reference/cli.md', import.meta.url), 'utf8');

const program = createProgram({
  terminal: recordingTerminal().terminal,
  signal: new AbortController().signal,
  readEnv: () => readEnv({}),
});

/** Every command by its names, e.g. `user create`; groups too. */
function commandsOf(parent: Command, path: string[] = []): [string, Command][] {
  return parent.commands.flatMap((command) => {
    const names = [...path, command.name()];
    return [[names.join(' '), command], ...commandsOf(command, names)];
  });
}
const commands = commandsOf(program);
const leaves = commands.filter(([, command]) => command.commands.length === 0);

/** What the reference says under the heading of a command, up to the next heading. */
function sectionOf(name: string): string {
  const [, rest] = reference.split(new RegExp(`^#{2,3} ${name}$`, 'm'));
  return rest?.split(/^#{2,3} /m)[0] ?? '';
}

test('the reference has a section for every command, and for nothing else', () => {
  const headings = [...reference.matchAll(/^#{2,3} (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(commands.map(([name]) => name));
});

test.each(leaves)(
  'the reference names every option and argument of %s, and shows its example',
  (name, command) => {
    const section = sectionOf(name);
    const documented = [...section.matchAll(/^\| `(-[^`]+)`/gm)].map(([, flags]) => flags);
    expect(documented).toEqual(command.options.map(({ flags }) => flags));
    for (const argument of command.registeredArguments) expect(section).toContain(`\`<${argument.name()}>\``);
    for (const { argChoices = [] } of [...command.options, ...command.registeredArguments]) {
      for (const choice of argChoices) expect(section).toContain(`\`${choice}\``);
    }
  },
);

test.each(leaves)(
  '%s --help explains every option and ends with the example of the reference',
  async (name) => {
    const { code, stdout, stderr } = await runInProcess([...name.split(' '), '--help'], {});
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [help = '', example = ''] = stdout.split('\nExample:\n');
    expect(help).toContain(`Usage: npm run cli -- ${name}`);
    const lines = example
      .trim()
      .split('\n')
      .map((line) => line.trim());
    for (const line of lines) {
      expect(line).toContain(name);
      expect(sectionOf(name).split('\n')).toContain(line);
    }
  },
);

test('the reference names every check of doctor', async () => {
  const { stdout } = await runInProcess(['doctor', '--json'], { DATA_DIR: '/nonexistent/aigc', PORT: '0' });
  const { findings } = JSON.parse(stdout) as { findings: { name: string }[] };
  for (const { name } of findings) expect(sectionOf('doctor')).toContain(`\`${name}\``);
});
