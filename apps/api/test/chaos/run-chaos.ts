import { MAX_CALLS } from './call-plan.ts';
import { startChaosWorld, type ChaosOptions } from './chaos-world.ts';
import { checkBooks } from './check-books.ts';
import { runRound, type RoundReport } from './run-round.ts';
import { createRandom } from './seeded-random.ts';
import type { Strike } from './strike.ts';

export interface ChaosRun extends ChaosOptions {
  seed: number;
  rounds: number;
  strikes?: readonly Strike[];
  /** Told after each round. */
  onRound?: (round: number, report: RoundReport) => void;
}

export interface ChaosResult {
  rounds: number;
  answered: number;
  /** Of the first round that went wrong, with its seed and number. */
  faults: string[];
}

/** Every kind of strike, the hard ones more often. */
export const STRIKES: readonly Strike[] = [
  'server',
  'server',
  'postmaster',
  'postmaster',
  'both',
  'backend',
  'term',
  'none',
];

/** Plays rounds on one installation until one of them leaves the books wrong. The same seed plays the same rounds. */
export async function runChaos(run: ChaosRun): Promise<ChaosResult> {
  const world = await startChaosWorld(run.env === undefined ? {} : { env: run.env });
  let answered = 0;
  try {
    let firstIndex = 0;
    for (let round = 1; round <= run.rounds; round += 1) {
      // Each round has a sequence of its own, so that it does not depend on how the last one went.
      const random = createRandom(run.seed * 1_000_003 + round);
      const report = await runRound(world, random, { strikes: run.strikes ?? STRIKES, firstIndex });
      run.onRound?.(round, report);
      answered += report.answered;
      firstIndex += report.calls;
      if (report.faults.length > 0) {
        const where = `seed ${run.seed}, round ${round}, strike "${report.strike}"`;
        const said = `the server said last:\n${world.product().output().slice(-2000)}`;
        return { rounds: round, answered, faults: [where, ...report.faults, said] };
      }
      if (firstIndex > MAX_CALLS - 1_000) firstIndex = 0;
    }
    const code = await world.stop();
    const faults = code === 0 ? [] : [`the last stop ended with ${code}`];
    faults.push(...(await world.whileStopped(() => checkBooks(world, 'stopped'))));
    return { rounds: run.rounds, answered, faults };
  } finally {
    await world.close();
  }
}
