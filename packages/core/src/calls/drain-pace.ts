/** While calls keep coming, batches begin at least this far apart, so that each enters many … */
const MIN_MS = 150;
/** … and farther the more they are, because a batch pays once for each account, key and hour in it … */
const PER_RECORD_MS = 10;
const USUAL_MAX_MS = 1_000;
/** … up to this from a thousand calls a second on, when what a batch costs is a good part of the database's work. */
const BUSY_PER_RECORD_MS = 1;
const BUSY_MAX_MS = 2_000;

/** From the beginning of a batch of so many records to that of the next, in milliseconds. */
export function paceMs(records: number): number {
  const usual = Math.min(Math.max(records * PER_RECORD_MS, MIN_MS), USUAL_MAX_MS);
  return Math.max(usual, Math.min(records * BUSY_PER_RECORD_MS, BUSY_MAX_MS));
}
