/** A new table is begun after so many removals, or as many as there are entries. */
const REMOVALS_PER_TABLE = 512;

/**
 * A `Map` for entries that come and go with every call.
 *
 * V8 links a map's outgrown tables to those that replace them, each with the entries of its time. Once one of them
 * has lived long enough to be moved to the old generation, it keeps all that followed, and with it every former
 * entry, until that generation is collected: a quarter of all CPU time went into moving such entries. So the
 * entries move to a new map now and then, which nothing old refers to.
 */
export class ShortLivedMap<Key, Value> {
  #entries = new Map<Key, Value>();
  #removals = 0;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
  }

  /** True: there was such an entry. */
  delete(key: Key): boolean {
    const isGone = this.#entries.delete(key);
    if (isGone) {
      this.#removals += 1;
      if (this.#removals >= REMOVALS_PER_TABLE && this.#removals >= this.#entries.size) {
        this.#removals = 0;
        this.#entries = new Map(this.#entries);
      }
    }
    return isGone;
  }

  /** The entries of this moment, oldest first. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries();
  }

  values(): IterableIterator<Value> {
    return this.#entries.values();
  }
}
