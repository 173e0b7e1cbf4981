import type { ApiKey } from '@aigc/shared/schemas/keys';
import { describe, expect, it } from 'vitest';
import { keyOrders, orderKeys, parseKeyOrder } from './key-order.ts';

const now = new Date('2026-11-21T12:00:00Z');
const key = (id: number, name: string, expires_at: string | null, last_used_at: string | null) =>
  ({ id, name, expires_at, last_used_at }) as ApiKey;
const keys = [
  key(4, 'b', null, '2026-11-20T00:00:00Z'),
  key(3, 'd', '2027-05-01T00:00:00Z', null),
  key(2, 'a', '2026-11-25T00:00:00Z', '2026-11-21T00:00:00Z'),
  key(1, 'c', null, null),
];
const calls: Record<number, number> = { 3: 7, 1: 9 };

describe('orderKeys', () => {
  it('puts first what its name says, and leaves the rest newest first', () => {
    const orders = keyOrders.map((order) => [
      order,
      orderKeys(keys, { order, now, callsOf: ({ id }) => calls[id] ?? 0 }).map(({ id }) => id),
    ]);
    expect(Object.fromEntries(orders)).toEqual({
      default: [2, 4, 3, 1],
      expiry: [2, 3, 4, 1],
      used: [2, 4, 3, 1],
      calls: [1, 3, 4, 2],
      name: [2, 4, 1, 3],
    });
  });

  it('falls back to the usual order', () => {
    expect(parseKeyOrder('calls')).toBe('calls');
    expect(parseKeyOrder('nonsense')).toBe('default');
  });
});
