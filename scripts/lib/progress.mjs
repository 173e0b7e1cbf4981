const HEARTBEAT_MS = 15_000;

/** @param {number} sinceMs */
export function elapsed(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Shows that a long step runs: its label now, a sign of life while it lasts, its duration at the end.
 * Goes to stderr, so that the output of a command can be piped.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, work) {
  const startedMs = Date.now();
  process.stderr.write(`${label}…\n`);
  const heartbeat = setInterval(
    () => process.stderr.write(`  still running, ${elapsed(startedMs)}\n`),
    HEARTBEAT_MS,
  );
  try {
    const result = await work();
    process.stderr.write(`${label}: done in ${elapsed(startedMs)}\n`);
    return result;
  } finally {
    clearInterval(heartbeat);
  }
}
