import { parseArgs } from 'node:util';

/** What can be measured; `streams_10000` only when it is asked for. */
export const MEASUREMENTS = [
  'unary',
  'chunk',
  'portkey',
  'latency',
  'large',
  'workers',
  'streams_10000',
] as const;
export type Measurement = (typeof MEASUREMENTS)[number];

export interface BenchOptions {
  only: readonly Measurement[];
  rounds: number;
  /** Shorter rounds and fewer keys: for trying the benchmark out, not for its figures. */
  isQuick: boolean;
  /** Where the figures are written as JSON. */
  jsonFile: string | null;
  /** Where CPU profiles of the product are written; null: none are taken. */
  profileDir: string | null;
  /** Flags of Node that the product is run with, to try them out. */
  nodeArguments: readonly string[];
  /** The Node that Portkey's gateway runs on. */
  portkeyNode: string;
}

export const USAGE = `Usage: npm run bench -- [options]
  --only <list>     of ${MEASUREMENTS.join(', ')} (default: all but streams_10000)
  --rounds <n>      interleaved rounds of each (default 5)
  --quick           short rounds, 2,000 keys: to try it out
  --json <file>     also writes the figures
  --node <flags>    runs the product with these flags of Node, such as --node=--max-semi-space-size=32
  --portkey-node <path>  runs Portkey's gateway on this Node (default: the one that runs npm)
  --profile [dir]   instead of measuring: CPU profiles of the product under load, and their shares`;

/** @throws Error with a line for the person who typed it */
export function readOptions(argv: readonly string[]): BenchOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      profile: { type: 'boolean', default: false },
      node: { type: 'string', default: '' },
      'portkey-node': { type: 'string', default: process.execPath },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1.');
  const named = values.only?.split(',').map((name) => name.trim());
  const unknown = named?.find((name) => !MEASUREMENTS.some((known) => known === name));
  if (unknown !== undefined)
    throw new Error(`Nothing is called ${unknown}. There are: ${MEASUREMENTS.join(', ')}.`);
  return {
    only: MEASUREMENTS.filter((name) => named?.includes(name) ?? name !== 'streams_10000'),
    rounds,
    isQuick: values.quick,
    jsonFile: values.json ?? null,
    profileDir: values.profile ? (positionals[0] ?? 'bench-profiles') : null,
    nodeArguments: values.node.split(' ').filter((flag) => flag !== ''),
    portkeyNode: values['portkey-node'],
  };
}
