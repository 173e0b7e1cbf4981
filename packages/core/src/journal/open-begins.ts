import type { BegunCall } from '../calls/call.ts';
import { ShortLivedMap } from '../short-lived-map.ts';
import type { Segment } from './segment-file.ts';

/** A call that settles sooner is journaled once, by its settlement. */
export const BEGIN_AFTER_MS = 25;

/** That a call has begun. Whoever began it hands it back with its settlement, so that nothing is looked for by a text. */
export class CallBegin {
  readonly call: BegunCall;
  sinceMs: number;
  /** It waits in memory: no segment tells of it, and none will if it is over soon. */
  isEarly = true;

  constructor(call: BegunCall, sinceMs: number) {
    this.call = call;
    this.sinceMs = sinceMs;
  }
}

interface WrittenBegin {
  begin: CallBegin;
  /** Null: on its way into its first. */
  segment: Segment | null;
  /** It is being written anew. */
  isRenewed: boolean;
}

/** Calls that have begun and not settled, and which segments say so: those must not go before the calls end. */
export class OpenBegins {
  /** In the order in which they began, those among them that are over since. */
  #early: CallBegin[] = [];
  readonly #written = new ShortLivedMap<string, WrittenBegin>();

  /** A call has begun; whether that is ever written depends on how long it lasts. */
  add(call: BegunCall, nowMs: number): CallBegin {
    const begin = new CallBegin(call, nowMs);
    this.#early.push(begin);
    return begin;
  }

  get hasEarly(): boolean {
    return this.#early.length > 0;
  }

  /** Takes the calls out that have lasted long enough to be written. */
  takeDue(nowMs: number): CallBegin[] {
    // A timer may be a moment early.
    const firstLater = this.#early.findIndex(({ sinceMs }) => nowMs - sinceMs < BEGIN_AFTER_MS - 1);
    const past = this.#early.splice(0, firstLater === -1 ? this.#early.length : firstLater);
    return past.filter(({ isEarly }) => isEarly);
  }

  /** The call's `begin` joins the next group. */
  writing(begin: CallBegin): void {
    begin.isEarly = false;
    const { requestId } = begin.call;
    const earlier = this.#written.get(requestId);
    if (earlier === undefined) this.#written.set(requestId, { begin, segment: null, isRenewed: false });
    else earlier.isRenewed = true;
  }

  written(requestId: string, segment: Segment): void {
    const written = this.#written.get(requestId);
    if (written === undefined || (written.segment !== null && !written.isRenewed)) return;
    if (written.segment !== null) written.segment.openBegins -= 1;
    written.isRenewed = false;
    written.segment = segment;
    segment.openBegins += 1;
  }

  /** It was not written after all. Unless an earlier segment has it, it is to be: a crash would leave no trace of it. */
  notWritten(requestId: string, nowMs: number): void {
    const written = this.#written.get(requestId);
    if (written === undefined) return;
    written.isRenewed = false;
    if (written.segment !== null) return;
    this.#written.delete(requestId);
    const { begin } = written;
    begin.isEarly = true;
    begin.sinceMs = nowMs;
    this.#early.push(begin);
  }

  /**
   * True: the settlement ends a `begin` that is, or will be, in a segment; `ended` must follow once it is on disk.
   * `begin`: null if the call's settlement comes from elsewhere than its end.
   */
  isWritten(requestId: string, begin: CallBegin | null): boolean {
    const known = begin ?? this.#early.find(({ call }) => call.requestId === requestId);
    if (known?.isEarly === true) {
      known.isEarly = false;
      return false;
    }
    return this.#written.size > 0 && this.#written.has(requestId);
  }

  ended(requestId: string): void {
    const written = this.#written.get(requestId);
    if (written?.segment) written.segment.openBegins -= 1;
    this.#written.delete(requestId);
  }

  /** The open calls that only this segment tells of. */
  in(segment: Segment): CallBegin[] {
    return [...this.#written.values()]
      .filter((written) => written.segment === segment)
      .map(({ begin }) => begin);
  }
}
