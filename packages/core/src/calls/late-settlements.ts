import { setTimeout as delay } from 'node:timers/promises';
import { isDatabaseUnavailable } from '@aigc/db/database-unavailable';
import type { Settlement } from './call-books.ts';

const PAUSE_MS = 500;

export interface LateSettlementsOptions {
  enter: (settlement: Settlement) => Promise<void>;
  /** It cannot be entered, now or later. */
  onQuarantined: (settlement: Settlement, error: unknown) => void;
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
        if (isDatabaseUnavailable(error)) await delay(PAUSE_MS);
        else {
          this.#queue.shift();
          this.#options.onQuarantined(next, error);
        }
      }
    }
    this.#running = null;
  }
}
