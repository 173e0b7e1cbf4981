import type { BlockList } from 'node:net';
import { toAddressList } from '../api-keys/address-list.ts';
import type { LimitColumns } from './rows.ts';
import type { RateLimits } from './snapshot.ts';

const NO_LIMITS: RateLimits = Object.freeze({ rpm: null, tpm: null, concurrency: null });

/** Values that many keys have in common, each kept once. */
export class Interned {
  readonly #limits = new Map<string, RateLimits>();
  readonly #titles = new Map<string, ReadonlySet<string>>();
  readonly #addresses = new Map<string, BlockList>();

  limits(row: LimitColumns): RateLimits {
    const { rpm_limit: rpm, tpm_limit: tpm, concurrency_limit: concurrency } = row;
    if (rpm === null && tpm === null && concurrency === null) return NO_LIMITS;
    return once(this.#limits, `${rpm} ${tpm} ${concurrency}`, () => Object.freeze({ rpm, tpm, concurrency }));
  }

  titles(titles: readonly string[] | null): ReadonlySet<string> | null {
    return titles === null ? null : once(this.#titles, JSON.stringify(titles), () => new Set(titles));
  }

  addresses(entries: readonly string[] | null): BlockList | null {
    return entries === null
      ? null
      : once(this.#addresses, JSON.stringify(entries), () => toAddressList(entries));
  }
}

function once<Value>(kept: Map<string, Value>, name: string, make: () => Value): Value {
  const found = kept.get(name);
  if (found !== undefined) return found;
  const value = make();
  kept.set(name, value);
  return value;
}
