import { anthropicSdk } from './anthropic-sdk.ts';
import { FEATURES, OUT_OF_REACH, type Check } from './check.ts';
import { langchain } from './langchain.ts';
import { openAiNode } from './openai-node.ts';
import { DIALECTS } from './upstreams/scene-server.ts';
import type { WireDialect } from './upstreams/wire-dialect.ts';
import { vercelAi } from './vercel-ai.ts';

/** One cell of the table: a feature of a client, at an upstream of one dialect. */
export interface Cell {
  check: Check;
  wire: WireDialect;
}

const CHECKS: readonly Check[] = [...openAiNode, ...vercelAi, ...langchain, ...anthropicSdk];

/** Everything that can work, in the order of the table. */
export function fullMatrix(): Cell[] {
  return CHECKS.flatMap((check) =>
    DIALECTS.filter(({ dialect }) => OUT_OF_REACH[dialect]?.includes(check.feature) === false).map(
      (wire) => ({
        check,
        wire,
      }),
    ),
  );
}

/**
 * A part of it that holds every feature of every client, every client at every dialect, and every feature at every
 * dialect, each at least once.
 */
export function pairwiseMatrix(): Cell[] {
  const covered = new Set<string>();
  const pairsOf = ({ check: { client, feature }, wire: { dialect } }: Cell) => [
    `${client} ${feature}`,
    `${client} ${dialect}`,
    `${feature} ${dialect}`,
  ];
  const open = (cell: Cell) => pairsOf(cell).filter((pair) => !covered.has(pair)).length;
  const left = fullMatrix();
  const chosen: Cell[] = [];
  for (;;) {
    const best = left.toSorted((a, b) => open(b) - open(a))[0];
    if (best === undefined || open(best) === 0) return chosen;
    for (const pair of pairsOf(best)) covered.add(pair);
    chosen.push(best);
    left.splice(left.indexOf(best), 1);
  }
}

/** What became of each cell that was tried, by its name. */
export type Results = ReadonlyMap<string, boolean>;

export function nameOf({ check: { client, feature }, wire: { dialect } }: Cell): string {
  return `${client}: ${feature} at ${dialect}`;
}

const LABELS: Readonly<Record<string, string>> = {
  'openai-compatible': 'OpenAI-compatible',
  anthropic: 'Anthropic',
  gemini: 'Gemini',
  azure: 'Azure OpenAI',
  'custom-function': 'Custom function',
};

/** The table as Markdown. A cell that was not tried is a dash. */
export function renderMatrix(results: Results, versions: Readonly<Record<string, string>>): string {
  const head = ['Client', 'Feature', ...DIALECTS.map(({ dialect }) => LABELS[dialect] ?? dialect)];
  const clients = [...new Set(CHECKS.map(({ client }) => client))];
  const rows = clients.flatMap((client) =>
    FEATURES.flatMap((feature) =>
      CHECKS.filter((check) => check.client === client && check.feature === feature).map((check) => [
        `\`${client}\` ${versions[client] ?? ''}`.trim(),
        feature,
        ...DIALECTS.map((wire) => mark(results.get(nameOf({ check, wire })))),
      ]),
    ),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function mark(passed: boolean | undefined): string {
  if (passed === undefined) return '–';
  return passed ? 'yes' : '**no**';
}
