// `npm run chaos`: many rounds of the chaos runner; see docs/guides/benchmarks-and-chaos.md.
import { parseArgs } from 'node:util';
import { runChaos, STRIKES } from './run-chaos.ts';
import type { Strike } from './strike.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string' },
    settle: { type: 'string' },
    strikes: { type: 'string' },
  },
});
const env: Record<string, string> = {};
if (values.workers !== undefined) env['WORKERS'] = values.workers;
if (values.settle !== undefined) env['SETTLE'] = values.settle;
const strikes: readonly Strike[] =
  values.strikes === undefined
    ? values.workers === undefined
      ? STRIKES
      : [...STRIKES, 'worker', 'worker']
    : (values.strikes.split(',') as Strike[]);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed);
say(`seed ${seed}`);
const startedMs = performance.now();
const result = await runChaos({
  seed,
  rounds: Number(values.rounds),
  env,
  strikes,
  onRound: (round, { strike, calls, answered, refused, recoveredMs, faults }) =>
    say(
      `round ${round}: ${strike}, ${calls} calls, ${answered} answered, ${refused} refused, right after ${(recoveredMs / 1000).toFixed(1)} s${faults.length > 0 ? ', WRONG' : ''}`,
    ),
});
for (const fault of result.faults) say(fault);
const seconds = Math.round((performance.now() - startedMs) / 1000);
say(
  `${result.rounds} rounds, ${result.answered} answered calls, ${result.faults.length} faults in ${seconds} s`,
);
process.exit(result.faults.length === 0 ? 0 : 1);
