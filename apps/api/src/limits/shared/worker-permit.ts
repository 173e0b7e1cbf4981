import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import type { Permit } from '../limiter.ts';
import type { Pool } from './pool.ts';

/** What a call has of one subject's limits. */
export interface WorkerHold {
  pool: Pool;
  hasPlace: boolean;
  requestsUntilMs: number;
  hasRequest: boolean;
  tokens: number;
  tokensUntilMs: number;
  hasTokens: boolean;
  fromBlock: boolean;
}

/** Takes a call's share from a pool that has room. */
export function takeFromBlock(pool: Pool, limits: RateLimits, tokens: number): WorkerHold {
  const hold = holdOf(pool, limits, { tokens, fromBlock: true });
  if (hold.hasRequest) pool.requests.take(1);
  if (hold.hasTokens) pool.tokens.take(tokens);
  if (hold.hasPlace) pool.idlePlaces -= 1;
  pool.running += 1;
  return hold;
}

/** What the owner has counted for one call. */
export function takeFromAnswer(pool: Pool, limits: RateLimits, tokensTaken: number): WorkerHold {
  pool.running += 1;
  return holdOf(pool, limits, { tokens: tokensTaken, fromBlock: false });
}

function holdOf(
  pool: Pool,
  { rpm, tpm, concurrency }: RateLimits,
  { tokens, fromBlock }: { tokens: number; fromBlock: boolean },
): WorkerHold {
  return {
    pool,
    hasPlace: concurrency !== null,
    hasRequest: rpm !== null,
    requestsUntilMs: pool.requests.untilMs,
    hasTokens: tpm !== null,
    tokens,
    tokensUntilMs: pool.tokens.untilMs,
    fromBlock,
  };
}

/** Ends a call's part in one subject's limits. */
export function giveBack(hold: WorkerHold, usedTokens: number): void {
  const { pool, fromBlock } = hold;
  pool.running -= 1;
  if (hold.hasPlace) pool.idlePlaces += 1;
  if (!hold.hasTokens) return;
  pool.tokens.putBack(hold.tokens - usedTokens, { untilMs: hold.tokensUntilMs, fromBlock });
}

/** Undoes an admission that nobody waited for. */
export function undo(hold: WorkerHold): void {
  giveBack(hold, 0);
  const { requestsUntilMs: untilMs, fromBlock } = hold;
  if (hold.hasRequest) hold.pool.requests.putBack(1, { untilMs, fromBlock });
}

export class WorkerPermit implements Permit {
  #holds: readonly WorkerHold[];
  readonly #afterwards: (pool: Pool) => void;

  /** `afterwards` is told of every pool that something came back to. */
  constructor(holds: readonly WorkerHold[], afterwards: (pool: Pool) => void) {
    this.#holds = holds;
    this.#afterwards = afterwards;
  }

  end(usedTokens: number): void {
    const holds = this.#holds;
    this.#holds = [];
    for (const hold of holds) {
      giveBack(hold, usedTokens);
      this.#afterwards(hold.pool);
    }
  }
}
