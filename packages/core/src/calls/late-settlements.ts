import { setTimeout as delay } from 'node:timers/promises';
import type { Settlement } from './call-books.ts';

const PAUSE_MS = 500;

export interface LateSettlementsOptions {
  /** Fails as long as it cannot be entered. */
  enter: (settlement: Settlement) => Promise<void>;
  onError: (error: unknown) => void;
}

/** Settlements that neither disk nor database took when their calls ended; their clients were told of a failure. */
export class LateSettlements {
  readonly #options: LateSettlementsOptions;
  #queue: Settlement[] = [];
  #running: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: LateSettlementsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#queue.length;
  }

  add(settlement: Settlement): void {
    this.#queue.push(settlement);
    this.#running ??= this.#run();
  }

  /** True once none is left, false after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<boolean> {
    if (this.#running === null) return true;
    const timeout = new AbortController();
    const late = delay(timeoutMs, false, { signal: timeout.signal, ref: false }).catch(() => false);
    const isIdle = await Promise.race([this.#running.then(() => this.#queue.length === 0), late]);
    timeout.abort();
    return isIdle;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined && !this.#isStopped; next = this.#queue[0]) {
      try {
        await this.#options.enter(next);
        this.#queue.shift();
      } catch (error) {
        this.#options.onError(error);
        await delay(PAUSE_MS);
      }
    }
    this.#running = null;
  }
}
