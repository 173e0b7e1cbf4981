import { approximate } from '#lib/i18n/decimal-text.ts';

/** By how much a figure differs from the period before, as a ratio; null when there was nothing to compare with. */
export function changeOf(current: number | string | null, before: number | string | null): number | null {
  const [now, then] = [toNumber(current), toNumber(before)];
  if (now === null || then === null || then === 0) return null;
  return (now - then) / then;
}

function toNumber(value: number | string | null): number | null {
  return typeof value === 'string' ? approximate(value) : value;
}

/** The share of calls that succeeded; null without calls. */
export function successRate(sums: { calls: number; failed: number }): number | null {
  return sums.calls === 0 ? null : (sums.calls - sums.failed) / sums.calls;
}
