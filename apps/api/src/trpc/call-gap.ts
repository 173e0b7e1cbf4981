/** Calls that a listener was not told of one by one: where to look for them. */
export interface MissedCalls {
  /** The least id of batches too large to be named; null: those behind the last one that was told. */
  fromId: bigint | null;
  /** None of them began before, ISO 8601; undefined: that is not known. */
  from: string | undefined;
}

/** Gathers what a listener has missed until it looks. */
export class CallGap {
  #missed: MissedCalls | null = null;

  get isOpen(): boolean {
    return this.#missed !== null;
  }

  /** Without `missed`: nothing is known of them. */
  open(missed: MissedCalls = { fromId: null, from: undefined }): void {
    this.#missed = this.#missed === null ? missed : bothOf(this.#missed, missed);
  }

  /** What was missed so far, once. */
  take(): MissedCalls | null {
    const missed = this.#missed;
    this.#missed = null;
    return missed;
  }
}

function bothOf(a: MissedCalls, b: MissedCalls): MissedCalls {
  return {
    fromId: lesser(a.fromId, b.fromId) ?? a.fromId ?? b.fromId,
    from: lesser(a.from, b.from) ?? undefined,
  };
}

/** Null unless both are known. */
function lesser<T extends bigint | string>(a: T | null | undefined, b: T | null | undefined): T | null {
  if (a === null || a === undefined || b === null || b === undefined) return null;
  return a < b ? a : b;
}
