import { isIPv6 } from 'node:net';

/** Attempts that may fail within the window before the next is refused. */
const LIMITS = { account: 10, address: 50 } as const;
const WINDOW_MS = 15 * 60_000;
/** Bounds the memory that made-up accounts can take. The oldest is forgotten first. */
const MAX_KEYS = 20_000;

export interface Attempt {
  account: string;
  /** Null: unknown, not counted. */
  address: string | null;
}

/** Slows the guessing of passwords, per account and per address. */
export interface Throttle {
  /**
   * Counts an attempt before it is checked, so that many at once count too.
   * Returns how many seconds to wait when there were too many, else null.
   */
  enter(attempt: Attempt): number | null | Promise<number | null>;
  /** Takes a successful attempt back, and forgets the account's failures. */
  succeed(attempt: Attempt): void;
}

/** A throttle in this process's memory, which answers at once. */
export interface MemoryThrottle extends Throttle {
  enter(attempt: Attempt): number | null;
}

/** `now` is a monotonic clock in milliseconds. */
export function createThrottle(now: () => number = () => performance.now()): MemoryThrottle {
  const attempts = new Map<string, number[]>();

  function recent(key: string): number[] {
    const since = now() - WINDOW_MS;
    return (attempts.get(key) ?? []).filter((time) => time > since);
  }

  function store(key: string, times: number[]): void {
    attempts.delete(key);
    if (times.length > 0) attempts.set(key, times);
    const oldest = attempts.size > MAX_KEYS ? attempts.keys().next().value : undefined;
    if (oldest !== undefined) attempts.delete(oldest);
  }

  return {
    enter(attempt) {
      const limits = limitsOf(attempt);
      const waits = limits.map(([key, limit]) => {
        const times = recent(key);
        const [first] = times.slice(-limit);
        return times.length < limit || first === undefined ? 0 : first + WINDOW_MS - now();
      });
      const waitMs = Math.max(...waits);
      if (waitMs > 0) return Math.ceil(waitMs / 1_000);
      for (const [key] of limits) store(key, [...recent(key), now()]);
      return null;
    },
    succeed(attempt) {
      const [[account], ...addresses] = limitsOf(attempt);
      store(account, []);
      for (const [key] of addresses) store(key, recent(key).slice(0, -1));
    },
  };
}

type Limit = readonly [key: string, limit: number];

function limitsOf({ account, address }: Attempt): readonly [Limit, ...Limit[]] {
  const byAccount: Limit = [`account ${account}`, LIMITS.account];
  return address === null ? [byAccount] : [byAccount, [`address ${network(address)}`, LIMITS.address]];
}

/** One IPv6 customer has 2^64 addresses, so their network counts. */
function network(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail?.split(':').filter((group) => group !== '') ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill('0'), ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
