import type { BegunCall } from '../calls/call.ts';
import { ShortLivedMap } from '../short-lived-map.ts';
import type { Segment } from './segment-file.ts';

/** A call that settles sooner is journaled once, by its settlement. */
export const BEGIN_AFTER_MS = 25;

interface WrittenBegin {
  call: BegunCall;
  /** Null: on its way into its first. */
  segment: Segment | null;
  /** It is being written anew. */
  isRenewed: boolean;
}

/** Calls that have begun and not settled, and which segments say so: those must not go before the calls end. */
export class OpenBegins {
  readonly #early = new ShortLivedMap<string, { call: BegunCall; sinceMs: number }>();
  readonly #written = new ShortLivedMap<string, WrittenBegin>();

  /** A call has begun; whether that is ever written depends on how long it lasts. */
  add(call: BegunCall, nowMs: number): void {
    this.#early.set(call.requestId, { call, sinceMs: nowMs });
  }

  get hasEarly(): boolean {
    return this.#early.size > 0;
  }

  /** Takes the calls out that have lasted long enough to be written. */
  takeDue(nowMs: number): BegunCall[] {
    const due: BegunCall[] = [];
    for (const [requestId, { call, sinceMs }] of this.#early.entries()) {
      // A timer may be a moment early.
      if (nowMs - sinceMs < BEGIN_AFTER_MS - 1) break;
      this.#early.delete(requestId);
      due.push(call);
    }
    return due;
  }

  /** The call's `begin` joins the next group. */
  writing(call: BegunCall): void {
    const earlier = this.#written.get(call.requestId);
    if (earlier === undefined) this.#written.set(call.requestId, { call, segment: null, isRenewed: false });
    else earlier.isRenewed = true;
  }

  written(requestId: string, segment: Segment): void {
    const begin = this.#written.get(requestId);
    if (begin === undefined || (begin.segment !== null && !begin.isRenewed)) return;
    if (begin.segment !== null) begin.segment.openBegins -= 1;
    begin.isRenewed = false;
    begin.segment = segment;
    segment.openBegins += 1;
  }

  /** It was not written after all. Unless an earlier segment has it, it is to be: a crash would leave no trace of it. */
  notWritten(requestId: string, nowMs: number): void {
    const begin = this.#written.get(requestId);
    if (begin === undefined) return;
    begin.isRenewed = false;
    if (begin.segment !== null) return;
    this.#written.delete(requestId);
    this.add(begin.call, nowMs);
  }

  /** True: the settlement ends a `begin` that is, or will be, in a segment; `ended` must follow once it is on disk. */
  isWritten(requestId: string): boolean {
    return !this.#early.delete(requestId) && this.#written.has(requestId);
  }

  ended(requestId: string): void {
    const begin = this.#written.get(requestId);
    if (begin?.segment) begin.segment.openBegins -= 1;
    this.#written.delete(requestId);
  }

  /** The open calls that only this segment tells of. */
  in(segment: Segment): BegunCall[] {
    return [...this.#written.values()].filter((begin) => begin.segment === segment).map(({ call }) => call);
  }
}
