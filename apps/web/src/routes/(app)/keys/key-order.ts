import type { ApiKey } from '@aigc/shared/schemas/keys';
import { soonestFirst } from './key-expiry.ts';

export const keyOrders = ['default', 'expiry', 'used', 'calls', 'name'] as const;
export type KeyOrder = (typeof keyOrders)[number];

/** The order that a URL names; by default what ends soon is on top, then what is new. */
export function parseKeyOrder(value: string | null): KeyOrder {
  return keyOrders.find((order) => order === value) ?? 'default';
}

const NEVER_MS = Number.MAX_SAFE_INTEGER;

interface Ordering {
  order: KeyOrder;
  now: Date;
  /** How often a key was called lately. */
  callsOf: (key: ApiKey) => number;
}

/** The keys in an order; those that are alike in it stay as they came, newest first. */
export function orderKeys(keys: readonly ApiKey[], { order, now, callsOf }: Ordering): ApiKey[] {
  switch (order) {
    case 'default':
      return soonestFirst(keys, now);
    case 'expiry':
      return keys.toSorted((a, b) => timeOf(a.expires_at, NEVER_MS) - timeOf(b.expires_at, NEVER_MS));
    case 'used':
      return keys.toSorted((a, b) => timeOf(b.last_used_at, 0) - timeOf(a.last_used_at, 0));
    case 'calls':
      return keys.toSorted((a, b) => callsOf(b) - callsOf(a));
    case 'name':
      return keys.toSorted((a, b) => a.name.localeCompare(b.name));
    default:
      return order satisfies never;
  }
}

function timeOf(time: string | null, none: number): number {
  return time === null ? none : Date.parse(time);
}
