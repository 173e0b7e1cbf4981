import { expect, test } from 'vitest';
import { runChaos } from './run-chaos.ts';

const ROUNDS = 20;
const SEED = 20_261_121;

test(
  `the books are right after ${ROUNDS} rounds of load in which server, database, or both are killed`,
  { timeout: 480_000 },
  async () => {
    const result = await runChaos({ seed: SEED, rounds: ROUNDS });
    expect(result.faults).toEqual([]);
    expect(result.rounds).toBe(ROUNDS);
    expect(result.answered).toBeGreaterThan(ROUNDS);
  },
);
