import type { RateLimits } from '@aigc/core/snapshot/snapshot';
import type { PoolReport, SubjectAnswer, WindowReport } from './protocol.ts';

/** A worker's part of one kind of window. */
class PoolWindow {
  /** Names the window. Zero: none yet. */
  untilMs = 0;
  /** Of blocks, free to be used. */
  left = 0;
  /** What the others and the owner had left, as last heard. */
  leftElsewhere = 0;
  #spent = 0;
  #corrected = 0;

  /** What an answer says of the window that is open. */
  hear(untilMs: number, left: number, block: number): void {
    if (untilMs !== this.untilMs) this.#begin(untilMs);
    this.left += block;
    this.leftElsewhere = left - this.left;
  }

  take(count: number): void {
    this.left -= count;
    this.#spent += count;
  }

  /** `fromBlock` tells who counted it: this pool, or the owner for a call of its own. */
  putBack(count: number, { untilMs, fromBlock }: { untilMs: number; fromBlock: boolean }): void {
    if (untilMs !== this.untilMs) return;
    if (fromBlock) this.take(-count);
    else this.#corrected += count;
  }

  hasNews(): boolean {
    return this.left !== 0 || this.#corrected !== 0;
  }

  /** Whether a report would say nothing. */
  isBlank(): boolean {
    return !this.hasNews() && this.#spent === 0;
  }

  /** Gives everything back. */
  report(): WindowReport {
    const { untilMs, left } = this;
    const report = { untilMs, spent: this.#spent, unused: left, corrected: this.#corrected };
    this.#begin(untilMs);
    return report;
  }

  #begin(untilMs: number): void {
    this.untilMs = untilMs;
    this.left = 0;
    this.#spent = 0;
    this.#corrected = 0;
  }
}

/** What a worker has of one subject's limits without asking. */
export class Pool {
  readonly id: string;
  readonly requests = new PoolWindow();
  readonly tokens = new PoolWindow();
  idlePlaces = 0;
  running = 0;
  /** The limits that the blocks were measured by. */
  #limits: RateLimits | null = null;
  /** Whether what is not used may stay here. */
  #keeps = false;

  constructor(id: string) {
    this.id = id;
  }

  /** Whether the next call could as well begin with an empty pool. */
  isIdle(nowMs: number): boolean {
    return this.running === 0 && nowMs >= this.requests.untilMs && nowMs >= this.tokens.untilMs;
  }

  get keeps(): boolean {
    return this.#keeps;
  }

  hasRoom({ rpm, tpm, concurrency }: RateLimits, tokens: number, nowMs: number): boolean {
    const given = this.#limits;
    if (!this.#keeps || given === null) return false;
    if (given.rpm !== rpm || given.tpm !== tpm || given.concurrency !== concurrency) return false;
    if (concurrency !== null && this.idlePlaces < 1) return false;
    if (rpm !== null && (this.requests.left < 1 || nowMs >= this.requests.untilMs)) return false;
    return tpm === null || (tokens <= tpm && this.tokens.left >= tokens && nowMs < this.tokens.untilMs);
  }

  /** Takes in what an answer brings beyond its call. */
  hear(limits: RateLimits, answer: SubjectAnswer): void {
    const { block } = answer;
    this.requests.hear(answer.requestsUntilMs, answer.requestsLeft, block?.requests ?? 0);
    this.tokens.hear(answer.tokensUntilMs, answer.tokensLeft, block?.tokens ?? 0);
    if (block === null) return;
    this.idlePlaces += block.places;
    this.#limits = limits;
    this.#keeps = true;
  }

  stopKeeping(): void {
    this.#keeps = false;
  }

  hasNews(): boolean {
    return this.idlePlaces > 0 || this.requests.hasNews() || this.tokens.hasNews();
  }

  /** Whether a report would say nothing. */
  isBlank(): boolean {
    return this.idlePlaces === 0 && this.requests.isBlank() && this.tokens.isBlank();
  }

  /** What happened here, and all that is idle: the pool is empty afterwards. */
  report(): PoolReport {
    const places = this.idlePlaces;
    this.idlePlaces = 0;
    return { id: this.id, requests: this.requests.report(), tokens: this.tokens.report(), places };
  }
}
