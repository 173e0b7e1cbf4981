import type { RunningHolds } from '@aigc/core/billing/get-balance';
import type { CallBooks } from '@aigc/core/calls/call-books';
import { toUnits } from '@aigc/shared/money-units';
import type { Container } from './container.ts';
import { within } from './processes/within.ts';

const TOPIC = 'books.running-holds';
const COLLECT_MS = 500;

/** Lets the other workers know what this one's calls hold. */
export function provideRunningHolds({ peers }: Pick<Container, 'peers'>, books: CallBooks): void {
  peers.provide(TOPIC, () => Object.fromEntries(books.runningHolds()));
}

/** What the calls of all workers of this machine hold of an account. Those that do not answer in time are left out. */
export function runningHoldsOf({ peers }: Pick<Container, 'peers'>): RunningHolds {
  return async (accountId) => {
    const answers = await within(COLLECT_MS, peers.collect(TOPIC)).catch(() => []);
    let sum = 0n;
    for (const answer of answers) {
      // Only our own processes answer.
      const held = (answer as Record<string, string>)[accountId];
      if (held !== undefined) sum += toUnits(held);
    }
    return sum;
  };
}
