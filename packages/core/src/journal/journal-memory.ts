import type { SequencedRecord } from './journal-record.ts';

/** Records kept for the drain, so that it need not read them back; older ones are on disk. */
const MAX_RECORDS = 20_000;
const COMPACT_FROM = 4096;

/** The latest records of a journal, in order. */
export class JournalMemory {
  #records: SequencedRecord[] = [];
  #head = 0;

  add(record: SequencedRecord): void {
    this.#records.push(record);
    if (this.#records.length - this.#head > MAX_RECORDS) this.#dropOldest();
  }

  /**
   * Up to `max` records from `sequence` on and not beyond `upTo`; undefined if memory has no longer, or not
   * yet, the first of them.
   */
  read(sequence: number, { upTo, max }: { upTo: number; max: number }): SequencedRecord[] | undefined {
    const first = this.#records[this.#head];
    if (first === undefined || sequence < first.sequence) return undefined;
    const from = this.#head + (sequence - first.sequence);
    return this.#records.slice(from, from + Math.min(max, upTo - sequence + 1));
  }

  /**
   * The records up to this one are needed no more. They leave at once: a few thousand that waited to be dropped together
   * lived long enough for the old generation, and what filled that had all of the heap marked every ten seconds.
   */
  forget(upTo: number): void {
    const first = this.#records[this.#head];
    if (first === undefined || upTo < first.sequence) return;
    this.#records = this.#records.slice(this.#head + upTo - first.sequence + 1);
    this.#head = 0;
  }

  /** Records from this one on were never written. */
  takeBack(from: number): void {
    const first = this.#records[this.#head];
    if (first === undefined) return;
    this.#records.length = Math.max(this.#head, this.#head + (from - first.sequence));
  }

  get oldest(): SequencedRecord | undefined {
    return this.#records[this.#head];
  }

  #dropOldest(): void {
    this.#head += 1;
    if (this.#head < COMPACT_FROM) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }
}
