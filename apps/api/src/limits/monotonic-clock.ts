/** Between this process's `performance.now()` and the machine's monotonic clock, which all its processes share. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds that never go back when somebody sets the clock, and mean the same in every process of a machine. */
export function monotonicMs(): number {
  return performance.now() + offsetMs;
}
