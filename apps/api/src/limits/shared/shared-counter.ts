import { newCounter, roll, takeRequests, takeTokens, type Counter } from '../counter.ts';
import type { Block, PoolReport } from './protocol.ts';

/** What one worker has of a subject's limits. */
interface Share {
  /** Running calls and idle places together. */
  places: number;
  /** Of blocks, as far as it has not reported. They are void with their windows. */
  requests: number;
  requestsUntilMs: number;
  tokens: number;
  tokensUntilMs: number;
  /** It may hold something that no call uses. */
  mayKeep: boolean;
}

/** After a recall, blocks would only go to and fro. */
const TIGHT_FOR_MS = 1_000;

/** One subject's counter and who holds what of it. What workers hold counts as used until they give it back. */
export class SharedCounter {
  readonly counter: Counter = newCounter();
  /** Under way. */
  recall: Promise<void> | null = null;
  readonly #shares = new Map<number, Share>();
  #tightUntilMs = 0;

  roll(nowMs: number): void {
    roll(this.counter, nowMs);
  }

  /** Counts a call of a worker. */
  take(worker: number, of: { request: boolean; tokens: number | null; place: boolean; nowMs: number }): void {
    if (of.request) takeRequests(this.counter, 1, of.nowMs);
    if (of.tokens !== null) takeTokens(this.counter, of.tokens, of.nowMs);
    if (!of.place) return;
    this.counter.running += 1;
    this.#share(worker).places += 1;
  }

  /** Hands out a block of windows that are open. */
  grant(worker: number, block: Block): void {
    const share = this.#share(worker);
    const { counter } = this;
    if (share.requestsUntilMs !== counter.requestsUntilMs) share.requests = 0;
    if (share.tokensUntilMs !== counter.tokensUntilMs) share.tokens = 0;
    share.requestsUntilMs = counter.requestsUntilMs;
    share.tokensUntilMs = counter.tokensUntilMs;
    share.requests += block.requests;
    share.tokens += block.tokens;
    share.places += block.places;
    counter.requests += block.requests;
    counter.tokens += block.tokens;
    counter.running += block.places;
    share.mayKeep = true;
  }

  isTight(nowMs: number): boolean {
    return nowMs < this.#tightUntilMs;
  }

  /**
   * The workers that may hold something idle; from now on they are taken not to. One that asks is among them when it
   * was given a block that it had not yet got when it asked.
   */
  recallFrom(nowMs: number): number[] {
    const holders: number[] = [];
    for (const [worker, share] of this.#shares) {
      if (!share.mayKeep) continue;
      share.mayKeep = false;
      holders.push(worker);
    }
    if (holders.length > 0) this.#tightUntilMs = nowMs + TIGHT_FOR_MS;
    return holders;
  }

  /** A worker tells what it did. */
  settle(worker: number, { requests, tokens, places }: PoolReport): void {
    const share = this.#share(worker);
    const { counter } = this;
    if (requests.untilMs === counter.requestsUntilMs) {
      if (share.requestsUntilMs === requests.untilMs) share.requests -= requests.spent + requests.unused;
      counter.requests = Math.max(0, counter.requests - requests.unused - requests.corrected);
    }
    if (tokens.untilMs === counter.tokensUntilMs) {
      if (share.tokensUntilMs === tokens.untilMs) share.tokens -= tokens.spent + tokens.unused;
      counter.tokens = Math.max(0, counter.tokens - tokens.unused - tokens.corrected);
    }
    const freed = Math.min(places, share.places);
    share.places -= freed;
    counter.running -= freed;
  }

  /** A worker has died: its calls no longer run. What it had of the windows is taken to be used. */
  forget(worker: number): void {
    this.counter.running -= this.#shares.get(worker)?.places ?? 0;
    this.#shares.delete(worker);
  }

  /** Of blocks, not known to be used. */
  idleRequests(): number {
    let sum = 0;
    for (const share of this.#shares.values()) {
      if (share.requestsUntilMs === this.counter.requestsUntilMs) sum += share.requests;
    }
    return sum;
  }

  idleTokens(): number {
    let sum = 0;
    for (const share of this.#shares.values()) {
      if (share.tokensUntilMs === this.counter.tokensUntilMs) sum += share.tokens;
    }
    return sum;
  }

  #share(worker: number): Share {
    let share = this.#shares.get(worker);
    if (share === undefined) {
      share = { places: 0, requests: 0, requestsUntilMs: 0, tokens: 0, tokensUntilMs: 0, mayKeep: false };
      this.#shares.set(worker, share);
    }
    return share;
  }
}
