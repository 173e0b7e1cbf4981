const MS_PER_SECOND = 1_000;
/** `2026-11-21T07:00:00.`: all that stays the same for a second. */
const SECOND_LENGTH = 20;

let last = { second: Number.NaN, text: '' };

/** A moment in ISO 8601, as `Date.prototype.toISOString` writes it; cheaper where moments follow each other. */
export function isoTime(timeMs: number): string {
  const second = Math.floor(timeMs / MS_PER_SECOND);
  if (second !== last.second) {
    last = { second, text: new Date(second * MS_PER_SECOND).toISOString().slice(0, SECOND_LENGTH) };
  }
  return `${last.text}${String(timeMs - second * MS_PER_SECOND).padStart(3, '0')}Z`;
}
