import type { RedisScripts } from './redis-client.ts';

/** A place that nobody renews is free again after this time: its process has died. */
export const PLACE_MS = 30_000;
const RENEW_EVERY_MS = 10_000;
/** In one script, which keeps the others waiting. */
const MOST_AT_ONCE = 500;

/** Keeps the places of this process's running calls from expiring. */
export class OpenPlaces {
  readonly #redis: Pick<RedisScripts, 'renew'>;
  readonly #keysByPlace = new Map<string, readonly string[]>();
  readonly #timer: NodeJS.Timeout;

  constructor(redis: Pick<RedisScripts, 'renew'>) {
    this.#redis = redis;
    this.#timer = setInterval(() => this.renew(), RENEW_EVERY_MS);
    this.#timer.unref();
  }

  add(place: string, keys: readonly string[]): void {
    this.#keysByPlace.set(place, keys);
  }

  delete(place: string): void {
    this.#keysByPlace.delete(place);
  }

  /** A Redis that is away is asked again at the next turn. */
  renew(): void {
    let keys: string[] = [];
    let names: string[] = [];
    const send = (): void => {
      if (keys.length > 0) this.#redis.renew(keys, [PLACE_MS, ...names]).catch(() => {});
      keys = [];
      names = [];
    };
    for (const [place, of] of this.#keysByPlace) {
      for (const key of of) {
        keys.push(key);
        names.push(place);
      }
      if (keys.length >= MOST_AT_ONCE) send();
    }
    send();
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
