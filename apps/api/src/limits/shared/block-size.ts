import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import type { Counter } from '../counter.ts';
import type { Block } from './protocol.ts';

/** A block is this part of a worker's fair share of what is left: siblings find plenty, too. */
const SHARE = 2;
const MOST_CALLS = 1_024;
const MOST_PLACES = 64;
/** Smaller blocks would be recalled before they are used. */
const FEWEST_CALLS = 8;
const FEWEST_PLACES = 2;

/** What a worker may have beyond a call of `tokens`, or null when one of the limits is too near for blocks. */
export function blockOf(
  { rpm, tpm, concurrency }: RateLimits,
  counter: Counter,
  { tokens, workers }: { tokens: number; workers: number },
): Block | null {
  const divisor = SHARE * workers;
  const part = (limit: number, used: number) => Math.floor((limit - used) / divisor);
  const block: Block = { requests: 0, tokens: 0, places: 0 };
  if (rpm !== null) {
    block.requests = Math.min(MOST_CALLS, part(rpm, counter.requests));
    if (block.requests < FEWEST_CALLS) return null;
  }
  if (tpm !== null) {
    const perCall = Math.max(1, tokens);
    block.tokens = Math.min(MOST_CALLS * perCall, part(tpm, counter.tokens));
    if (block.tokens < FEWEST_CALLS * perCall) return null;
  }
  if (concurrency !== null) {
    block.places = Math.min(MOST_PLACES, part(concurrency, counter.running));
    if (block.places < FEWEST_PLACES) return null;
  }
  return block;
}
