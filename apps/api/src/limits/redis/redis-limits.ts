import { CONCURRENCY_RETRY_MS, isUnlimited, WINDOW_MS, type LimitKind } from '../counter.ts';
import type { RemoteLimits } from '../fallback-limiter.ts';
import type { Admission, LimitedSubject, Permit, RateState, WindowState } from '../limiter.ts';
import { UNLIMITED } from '../memory-limiter.ts';
import { OpenPlaces, PLACE_MS } from './open-places.ts';
import type { RedisScripts } from './redis-client.ts';

type KeyKind = 'c' | 'r' | 't';

interface LimitKey {
  key: string;
  subject: string;
  kind: KeyKind;
  limit: number;
}

/** What a call took of one key. */
interface Taken extends LimitKey {
  since: number;
  taken: number;
}

const LIMIT_KINDS: Readonly<Record<KeyKind, LimitKind>> = { c: 'concurrency', r: 'requests', t: 'tokens' };

/** Counts in Redis, with every process that uses the same one. `processId` names this one's running calls. */
export function createRedisLimits(redis: RedisScripts, processId: string): RemoteLimits {
  const places = new OpenPlaces(redis);
  let lastPlace = 0;

  async function ask(
    keys: readonly LimitKey[],
    tokens: number,
    isAwaited: () => boolean,
  ): Promise<Admission> {
    lastPlace += 1;
    const place = `${processId}:${lastPlace}`;
    const reply = await redis.admit(
      keys.map(({ key }) => key),
      [
        Math.ceil(tokens),
        place,
        PLACE_MS,
        WINDOW_MS,
        CONCURRENCY_RETRY_MS,
        ...keys.flatMap(({ kind, limit }) => [kind, limit]),
      ],
    );
    const [refusedIndex = 0, retryAfterMs = 0, nowMs = 0] = reply;
    const state: RateState = { requests: null, tokens: null };
    const taken = keys.map((limitKey, index): Taken => {
      const [used = 0, since = 0, count = 0] = reply.slice(3 + 3 * index, 6 + 3 * index);
      const resetMs = since === 0 ? 0 : Math.max(0, since + WINDOW_MS - nowMs);
      const window = { limit: limitKey.limit, remaining: Math.max(0, limitKey.limit - used), resetMs };
      if (limitKey.kind === 'r') state.requests = tighter(state.requests, window);
      if (limitKey.kind === 't') state.tokens = tighter(state.tokens, window);
      return { ...limitKey, since, taken: count };
    });
    const refusing = keys[refusedIndex - 1];
    if (refusing !== undefined) {
      const { subject, kind, limit } = refusing;
      return { admitted: false, state, refusedBy: { subject, kind: LIMIT_KINDS[kind], limit }, retryAfterMs };
    }
    if (!isAwaited()) {
      // The call has been counted by its own process meanwhile.
      giveBack(place, taken, (of) => of.taken);
      return { admitted: true, state, permit: { end() {} } };
    }
    const placeKeys = taken.flatMap(({ kind, key }) => (kind === 'c' ? [key] : []));
    if (placeKeys.length > 0) places.add(place, placeKeys);
    return { admitted: true, state, permit: permitOf(place, taken) };
  }

  function permitOf(place: string, taken: readonly Taken[]): Permit {
    let hasEnded = false;
    return {
      end(usedTokens) {
        if (hasEnded) return;
        hasEnded = true;
        places.delete(place);
        giveBack(place, taken, (of) => (of.kind === 't' ? of.taken - Math.ceil(usedTokens) : 0));
      },
    };
  }

  /** What cannot be given back, because Redis is away, frees itself: places expire, and windows end. */
  function giveBack(place: string, taken: readonly Taken[], countOf: (of: Taken) => number): void {
    const back = taken.filter((of) => of.kind === 'c' || countOf(of) !== 0);
    if (back.length === 0) return;
    redis
      .giveBack(
        back.map(({ key }) => key),
        [place, ...back.flatMap((of) => [of.kind, of.since, countOf(of)])],
      )
      .catch(() => {});
  }

  return {
    ask(subjects, tokens, isAwaited) {
      const keys = keysOf(subjects);
      return keys.length === 0 ? UNLIMITED : ask(keys, tokens, isAwaited);
    },
    async close() {
      places.close();
      await redis.close();
    },
  };
}

/** All keys have the same hash tag, for a script of a cluster may only use keys of one node. */
function keysOf(subjects: readonly LimitedSubject[]): LimitKey[] {
  const keys: LimitKey[] = [];
  for (const { id, limits } of subjects) {
    if (isUnlimited(limits)) continue;
    const { rpm, tpm, concurrency } = limits;
    const add = (kind: KeyKind, limit: number | null): void => {
      if (limit !== null) keys.push({ key: `{aigc:limits}:${kind}:${id}`, subject: id, kind, limit });
    };
    add('c', concurrency);
    add('r', rpm);
    add('t', tpm);
  }
  return keys;
}

function tighter(current: WindowState | null, candidate: WindowState): WindowState {
  return current !== null && current.remaining <= candidate.remaining ? current : candidate;
}
